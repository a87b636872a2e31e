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
}
