using System.Text.Json;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Deployment;

/// <summary>Looks for what would be deleted along with a namespace or a definition although somebody else made it.</summary>
internal sealed class ForeignObjects(KubeClient client, ServedKinds served)
{
    private const string MetadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    /// <summary>More than this is taken to hold something foreign without looking at all of it.</summary>
    private const int Most = 500;

    /// <summary>What Kubernetes itself puts into namespaces, and what only mirrors other objects.</summary>
    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal) { "events", "endpoints", "endpointslices" };

    /// <returns>Why the object has to stay; null where nothing foreign would go with it.</returns>
    public async Task<string?> WithAsync(InventoryEntry entry, DeploymentOwner owner, CancellationToken ct)
    {
        if (entry is { Id.Group: "", Kind: "Namespace" })
        {
            foreach (var kind in await NamespacedAsync(ct))
            {
                if (await InAsync(kind.PathIn(Uri.EscapeDataString(entry.Name)), kind.Kind, owner, ct) is { } reason)
                    return reason;
            }
        }
        else if (entry is { Id.Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition" })
        {
            // A definition is named by the plural and the group of its kind.
            var (plural, group) = entry.Name.Split('.', 2) is [var first, var rest] ? (first, rest) : (entry.Name, "");
            foreach (var version in await VersionsAsync(group, ct))
            {
                foreach (var kind in (await served.ReadAsync(version, ct) ?? []).Where(k => k.Plural == plural))
                {
                    if (await InAsync(kind.PathIn(null), kind.Kind, owner, ct) is { } reason)
                        return reason;
                }
            }
        }

        return null;
    }

    private async Task<List<ServedKind>> NamespacedAsync(CancellationToken ct)
    {
        var kinds = new List<ServedKind>();
        foreach (var version in (await VersionsAsync(null, ct)).Prepend("v1"))
            kinds.AddRange((await served.ReadAsync(version, ct) ?? [])
                .Where(k => k.Namespaced && !Passing.Contains(k.Plural) && k.Id.Group != "metrics.k8s.io"));
        return kinds;
    }

    /// <summary>The versions that are served of a group; of every group the preferred one where it is null.</summary>
    private async Task<List<string>> VersionsAsync(string? group, CancellationToken ct)
    {
        using var groups = await client.ReadJsonAsync("apis", null, ct);
        return groups is null
            ? throw new HttpRequestException("The API server does not say which groups it serves.")
            : [.. groups.RootElement.At(group is null ? "groups.*.preferredVersion.groupVersion" : "groups.*.versions.*.groupVersion")
            .Select(JsonPaths.TextOf).OfType<string>()
                .Where(v => group is null || ResourceId.GroupOf(v) == group)];
    }

    private async Task<string?> InAsync(string path, string kind, DeploymentOwner owner, CancellationToken ct)
    {
        JsonDocument? list;
        try
        {
            list = await client.ReadJsonAsync($"{path}?limit={Most}", MetadataOnly, ct);
        }
        catch (HttpRequestException e) when (e.StatusCode is not null)
        {
            return $"whether it holds {kind} objects of others could not be seen: {e.Message}";
        }

        using (list)
        {
            var items = list?.RootElement.At("items.*").Select(i => i.GetProperty("metadata").Deserialize(ClusterJson.Default.ObjectMeta)!)
                .ToList() ?? [];
            var other = items.Find(m =>
                m.DeletionTimestamp is null && m.OwnerReferences.Count == 0 && !IsKubernetesOwn(kind, m.Name) && !IsOurs(m, owner));
            return other is not null
                ? $"it holds the {kind} {other.Name}, which is not deleted with it"
                : items.Count >= Most ? $"it holds too many {kind} objects to look through" : null;
        }
    }

    private static bool IsKubernetesOwn(string kind, string name) =>
        (kind, name) is ("ServiceAccount", "default") or ("ConfigMap", "kube-root-ca.crt");

    /// <summary>Ours, and not to be left behind. What goes with a definition was deleted before it.</summary>
    private static bool IsOurs(ObjectMeta metadata, DeploymentOwner owner) =>
        metadata.Annotations.GetValueOrDefault(Marks.Owner) == owner.Mark && metadata.Annotations.GetValueOrDefault(Marks.Prune) != "false";
}
