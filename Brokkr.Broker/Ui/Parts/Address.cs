namespace Brokkr.Broker.Ui.Parts;

/// <summary>Puts addresses of pages together. Pure.</summary>
internal static class Address
{
    /// <summary>A path with its query; what is empty is left out.</summary>
    public static string Of(string path, params IEnumerable<(string Name, string Value)> query)
    {
        var parts = query.Where(p => p.Value.Length > 0).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value)}").ToList();
        return parts.Count == 0 ? path : $"{path}?{string.Join('&', parts)}";
    }

    /// <summary>The page of a list that follows; null where there is none.</summary>
    public static string? OfNext(string path, string token, params IEnumerable<(string Name, string Value)> query) =>
        token.Length == 0 ? null : Of(path, [.. query, ("after", token)]);

    /// <summary>Where the page of a cluster lies.</summary>
    public static string OfCluster(string name) => $"/ui/clusters/{Uri.EscapeDataString(name)}";

    /// <summary>Where the page of a deployment object lies; as it is on one cluster, where that is named.</summary>
    public static string OfObject(string stack, string name, string? agent = null) =>
        Of($"/ui/objects/{Uri.EscapeDataString(stack)}/{Uri.EscapeDataString(name)}", ("agent", agent ?? ""));
}
