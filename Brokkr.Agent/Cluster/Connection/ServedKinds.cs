using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Cluster.Connection;

/// <summary>Asks the API server which kinds it serves.</summary>
internal sealed class ServedKinds(KubeClient client)
{
    /// <summary>The kinds of one group and version; null where the API server does not serve it.</summary>
    public async Task<IReadOnlyList<ServedKind>?> ReadAsync(string apiVersion, CancellationToken ct)
    {
        var root = apiVersion.Contains('/', StringComparison.Ordinal) ? $"apis/{apiVersion}" : $"api/{apiVersion}";
        using var list = await client.ReadJsonAsync(root, null, ct);
        return list is null ? null :
        [
            .. list.RootElement.GetProperty("resources").EnumerateArray()
                .Where(r => !r.GetProperty("name").GetString()!.Contains('/', StringComparison.Ordinal))
                .Select(r => new ServedKind(
                    apiVersion, r.GetProperty("kind").GetString()!, $"{root}/", r.GetProperty("name").GetString()!,
                    r.GetProperty("namespaced").GetBoolean(), CanWatch: Allows(r, "watch"))),
        ];
    }

    /// <summary>The versions of a group, as in <c>apps/v1</c>, the preferred one first; empty where it is not served.</summary>
    public async Task<IReadOnlyList<string>> VersionsOfAsync(string group, CancellationToken ct)
    {
        if (group.Length == 0)
            return ["v1"];
        using var answer = await client.ReadJsonAsync($"apis/{group}", null, ct);
        return answer is null ? [] :
        [
            .. answer.RootElement.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("groupVersion").GetString()!),
        ];
    }

    private static bool Allows(JsonElement resource, string verb) => !resource.TryGetProperty("verbs", out var verbs)
        || verbs.EnumerateArray().Any(v => v.GetString() == verb);
}

/// <summary>A kind that the API server serves.</summary>
/// <param name="ApiVersion">As in <c>apps/v1</c>.</param>
/// <param name="Kind">As in <c>Deployment</c>.</param>
/// <param name="Root">Path of its group and version, as in <c>apis/apps/v1/</c>.</param>
/// <param name="Plural">As in <c>deployments</c>.</param>
/// <param name="Namespaced">Whether its objects live in namespaces.</param>
/// <param name="Optional">Whether the agent does without, and without a word, where it has no right to read it.</param>
/// <param name="CanWatch">Whether its changes can be watched; otherwise it is listed from time to time.</param>
internal sealed record ServedKind(
    string ApiVersion, string Kind, string Root, string Plural, bool Namespaced, bool Optional = false, bool CanWatch = true)
{
    public KindId Id => new(ResourceId.GroupOf(ApiVersion), Kind);

    /// <summary>The path of its objects, in one namespace or in all.</summary>
    public string PathIn(string? ns) => ns is null || !Namespaced ? $"{Root}{Plural}" : $"{Root}namespaces/{ns}/{Plural}";

    /// <summary>The path of one object; the namespace is empty for kinds without.</summary>
    public string PathOf(string ns, string name) =>
        $"{PathIn(ns.Length == 0 ? null : Uri.EscapeDataString(ns))}/{Uri.EscapeDataString(name)}";
}
