using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Deployment;

/// <summary>Asks the API server which groups it serves, in which versions.</summary>
internal sealed class ServedGroups(KubeClient client)
{
    /// <summary>The versions that are served of a group; of every named group the preferred one where it is null.</summary>
    public async Task<List<string>> VersionsAsync(string? group, CancellationToken ct)
    {
        using var groups = await client.ReadJsonAsync("apis", null, ct);
        return groups is null
            ? throw new HttpRequestException("The API server does not say which groups it serves.")
            : [.. groups.RootElement.At(group is null ? "groups.*.preferredVersion.groupVersion" : "groups.*.versions.*.groupVersion")
            .Select(JsonPaths.TextOf).OfType<string>().Where(v => group is null || ResourceId.GroupOf(v) == group)];
    }
}
