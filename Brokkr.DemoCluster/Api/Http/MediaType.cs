namespace Brokkr.DemoCluster.Api.Http;

/// <summary>How much of an object a client asked for.</summary>
internal enum Rendition
{
    Whole,
    MetadataOnly,
}

/// <summary>Reads Accept headers as an API server does. Pure.</summary>
internal static class MediaType
{
    /// <summary>The first form on the client's list that is served here, or null.</summary>
    public static Rendition? Choose(string? accept)
    {
        if (string.IsNullOrWhiteSpace(accept))
            return Rendition.Whole;
        foreach (var choice in accept.Split(','))
        {
            var (type, parameters) = Split(choice);
            if (type is not ("application/json" or "application/*" or "*/*"))
                continue;
            if (!parameters.TryGetValue("as", out var form))
                return Rendition.Whole;
            if (form is "PartialObjectMetadata" or "PartialObjectMetadataList" && parameters.GetValueOrDefault("g") == "meta.k8s.io")
                return Rendition.MetadataOnly;
        }
        return null;
    }

    public static bool WantsAggregatedDiscovery(string? accept) => (accept ?? "").Split(',').Select(Split).Any(choice =>
        choice.Type == "application/json"
        && choice.Parameters.GetValueOrDefault("as") == "APIGroupDiscoveryList"
        && choice.Parameters.GetValueOrDefault("g") == "apidiscovery.k8s.io"
        && choice.Parameters.GetValueOrDefault("v") == "v2");

    /// <summary>The type of a body without its parameters, in lower case.</summary>
    public static string OfBody(string? contentType) => Split(contentType ?? "").Type;

    private static (string Type, Dictionary<string, string> Parameters) Split(string choice)
    {
        var parts = choice.Split(';', StringSplitOptions.TrimEntries);
        var parameters = new Dictionary<string, string>();
        foreach (var pair in parts.Skip(1).Select(part => part.Split('=', 2)))
            parameters[pair[0].Trim()] = pair.ElementAtOrDefault(1)?.Trim() ?? "";
        return (parts[0].ToLowerInvariant(), parameters);
    }
}
