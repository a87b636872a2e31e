namespace Brokkr.DemoCluster.Api.Http;

/// <summary>What the path of a request for objects names.</summary>
internal sealed record ApiPath(string Group, string Version, string? Namespace, string Plural, string? Name, string? Subresource)
{
    /// <summary>The path with its names replaced, so that requests of one kind count together.</summary>
    public string Template =>
        (Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}")
        + (Namespace is null ? "" : "/namespaces/{namespace}")
        + $"/{Plural}"
        + (Name is null ? "" : "/{name}")
        + (Subresource is null ? "" : $"/{Subresource}");

    /// <summary>Null when the path names no objects. Pure.</summary>
    public static ApiPath? Parse(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["api", var version, .. var rest] => Within("", version, rest),
            ["apis", var group, var version, .. var rest] => Within(group, version, rest),
            _ => null,
        };
    }

    private static ApiPath? Within(string group, string version, string[] rest) => rest switch
    {
        ["namespaces", _, "status" or "finalize"] => new(group, version, null, "namespaces", rest[1], rest[2]),
        ["namespaces", var space, var plural, .. var named] when named.Length <= 2 => Named(group, version, space, plural, named),
        [var plural, .. var named] when named.Length <= 2 => Named(group, version, null, plural, named),
        _ => null,
    };

    private static ApiPath Named(string group, string version, string? space, string plural, string[] named) =>
        new(group, version, space, plural, named.ElementAtOrDefault(0), named.ElementAtOrDefault(1));
}
