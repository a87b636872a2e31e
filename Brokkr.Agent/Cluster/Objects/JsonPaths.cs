using System.IO.Enumeration;
using System.Text.Json;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>
/// Walks JSON by dotted paths, in which <c>*</c> stands for every item of a list and every value of a map, and a name with a <c>*</c> in it
/// for every name like that. A name with dots stands in brackets: <c>metadata.labels[app.kubernetes.io/name]</c>. Pure.
/// </summary>
internal static class JsonPaths
{
    public static IEnumerable<JsonElement> At(this JsonElement root, string path)
    {
        IEnumerable<JsonElement> found = [root];
        foreach (var name in Parts(path))
            found = found.SelectMany(element => Step(element, name));
        return found;
    }

    /// <summary>The names of a path, one by one.</summary>
    public static string[] Parts(string path)
    {
        if (path.IndexOf('[', StringComparison.Ordinal) is not (var open and >= 0)
            || path.IndexOf(']', open) is not (var close and >= 0))
            return path.Split('.');
        var rest = path[(close + 1)..].TrimStart('.');
        return [.. path[..open].Split('.'), path[(open + 1)..close], .. rest.Length > 0 ? Parts(rest) : []];
    }

    /// <summary>Whether a name of a path stands for several.</summary>
    public static bool IsPattern(string name) => name.Length > 1 && name.Contains('*', StringComparison.Ordinal);

    /// <summary>Whether a name is one of those that the pattern stands for.</summary>
    public static bool Fits(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    /// <summary>A scalar as it is written; null for everything else.</summary>
    public static string? TextOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => element.GetRawText(),
        _ => null,
    };

    private static IEnumerable<JsonElement> Step(JsonElement element, string name) => (element.ValueKind, name) switch
    {
        (JsonValueKind.Array, "*") => element.EnumerateArray(),
        (JsonValueKind.Object, "*") => element.EnumerateObject().Select(p => p.Value),
        (JsonValueKind.Object, _) when IsPattern(name) => element.EnumerateObject().Where(p => Fits(name, p.Name)).Select(p => p.Value),
        (JsonValueKind.Object, _) when element.TryGetProperty(name, out var child) => [child],
        _ => [],
    };
}
