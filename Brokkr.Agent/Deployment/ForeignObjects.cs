using System.Text.Json;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Deployment;

/// <summary>Looks for what would be deleted along with a namespace or a definition although somebody else made it.</summary>
internal sealed class ForeignObjects(KubeClient client, ServedKinds served, ServedGroups groups, ClusterWriter writer, KindLookup kinds)
{
    private const string MetadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    /// <summary>More than this is taken to hold something foreign without looking at all of it.</summary>
    private const int Most = 500;

    /// <summary>What Kubernetes itself puts into namespaces, and what only mirrors other objects.</summary>
    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal) { "events", "endpoints", "endpointslices" };

    /// <summary>Groups whose objects are measurements: nothing is kept of them, and what serves them may be down.</summary>
    private static readonly HashSet<string> Virtual =
        new(StringComparer.Ordinal) { "metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io" };

    /// <returns>Why the object has to stay; null where nothing foreign would go with it.</returns>
    public async Task<string?> WithAsync(InventoryEntry entry, DeploymentOwner owner, CancellationToken ct)
    {
        return entry switch
        {
            { Id.Group: "", Kind: "Namespace" } => await InNamespaceAsync(entry.Name, owner, ct),
            { Id.Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition" } => await OfDefinitionAsync(entry.Name, owner, ct),
            _ => null,
        };
    }

    private async Task<string?> InNamespaceAsync(string ns, DeploymentOwner owner, CancellationToken ct)
    {
        var chains = new OwnerChains(writer, kinds, groups, (_, root) => root.Namespace == ns && IsOurs(root, owner));
        string? unseen = null;
        foreach (var version in (await groups.VersionsAsync(null, ct)).Prepend("v1").Where(v => !Virtual.Contains(ResourceId.GroupOf(v))))
        {
            try
            {
                foreach (var kind in (await served.ReadAsync(version, ct) ?? []).Where(k => k.Namespaced && !Passing.Contains(k.Plural)))
                {
                    if (await InAsync(kind.PathIn(Uri.EscapeDataString(ns)), kind.Kind, owner, chains, ct) is { } reason)
                        return reason;
                }
            }
            catch (Exception e) when (ApiRefusal.IsOfOneRequest(e))
            {
                unseen ??= $"whether it holds objects of {version} could not be seen: {e.Message}";
            }
        }

        return unseen;
    }

    private async Task<string?> OfDefinitionAsync(string name, DeploymentOwner owner, CancellationToken ct)
    {
        // A definition is named by the plural and the group of its kind.
        var (plural, group) = name.Split('.', 2) is [var first, var rest] ? (first, rest) : (name, "");
        foreach (var version in await groups.VersionsAsync(group, ct))
        {
            foreach (var kind in (await served.ReadAsync(version, ct) ?? []).Where(k => k.Plural == plural))
            {
                var chains = new OwnerChains(writer, kinds, groups, (root, metadata) => root == kind.Kind && IsOurs(metadata, owner));
                if (await InAsync(kind.PathIn(null), kind.Kind, owner, chains, ct) is { } reason)
                    return reason;
            }
        }

        return null;
    }

    private async Task<string?> InAsync(string path, string kind, DeploymentOwner owner, OwnerChains chains, CancellationToken ct)
    {
        JsonDocument? list;
        try
        {
            list = await client.ReadJsonAsync($"{path}?limit={Most}", MetadataOnly, ct);
        }
        catch (Exception e) when (ApiRefusal.IsOfOneRequest(e))
        {
            return $"whether it holds {kind} objects of others could not be seen: {e.Message}";
        }

        using (list)
        {
            var items = list?.RootElement.At("items.*").Select(i => i.GetProperty("metadata").Deserialize(ClusterJson.Default.ObjectMeta)!)
                .ToList() ?? [];
            foreach (var item in items.Where(m => m.DeletionTimestamp is null && !IsKubernetesOwn(kind, m.Name)))
            {
                if (item.OwnerReferences.Count == 0 && !IsOurs(item, owner))
                    return $"it holds the {kind} {item.Name}, which is not deleted with it";
                if (await chains.StayingOfAsync(item, ct) is { } staying)
                    return $"it holds the {kind} {item.Name}, whose owner stays: {staying}";
            }

            return items.Count >= Most ? $"it holds too many {kind} objects to look through" : null;
        }
    }

    private static bool IsKubernetesOwn(string kind, string name) =>
        (kind, name) is ("ServiceAccount", "default") or ("ConfigMap", "kube-root-ca.crt");

    /// <summary>Ours, and not to be left behind. What goes with a definition was deleted before it.</summary>
    private static bool IsOurs(ObjectMeta metadata, DeploymentOwner owner) =>
        metadata.Annotations.GetValueOrDefault(Marks.Owner) == owner.Mark && metadata.Annotations.GetValueOrDefault(Marks.Prune) != "false";
}
