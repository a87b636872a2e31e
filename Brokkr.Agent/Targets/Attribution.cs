using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Targets;

/// <summary>
/// Which objects of the cluster belong to a deployment object: its resources, and what they own by UID. Pure; labels play no part.
/// </summary>
internal sealed class Attribution
{
    /// <summary>A manifest or object with this annotation set to <c>true</c> is left out, and what it owns with it.</summary>
    public const string IgnoreAnnotation = "brokkr.io/ignore-health";

    private Attribution(IReadOnlyList<AttributedResource> resources)
    {
        Resources = resources;
        Objects = [.. resources.SelectMany(r => r.Found is null ? r.Owned : r.Owned.Prepend(r.Found)).DistinctBy(o => o.Id)
            .OrderBy(o => o, InOrder)];
        Pods = [.. Objects.OfType<Pod>()];
    }

    /// <summary>What the manifests name, in the order of the manifests, each once; resources that are left out are not here.</summary>
    public IReadOnlyList<AttributedResource> Resources { get; }

    /// <summary>Every object that belongs to the deployment object, each once.</summary>
    public IReadOnlyList<KubeObject> Objects { get; }

    /// <summary>The pods among them.</summary>
    public IReadOnlyList<Pod> Pods { get; }

    private static Comparer<KubeObject> InOrder { get; } = Comparer<KubeObject>.Create((a, b) =>
    {
        var byKind = string.CompareOrdinal(a.Kind, b.Kind);
        var byNamespace = byKind != 0 ? byKind : string.CompareOrdinal(a.Metadata.Namespace ?? "", b.Metadata.Namespace ?? "");
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(a.Metadata.Name, b.Metadata.Name);
    });

    public static Attribution Of(DeploymentTarget target, ClusterSnapshot snapshot)
    {
        var named = target.Resources
            .Select(manifest => (Manifest: manifest, Found: Locate(manifest, snapshot)))
            .Select(r => (r.Manifest, r.Found, Id: r.Found?.Id ?? AssumedId(r.Manifest, snapshot)))
            .DistinctBy(r => r.Id)
            .Where(r => !IsLeftOut(r.Manifest, r.Found))
            .Select(r => (r.Manifest, r.Found, r.Id, Owned: r.Found is null ? [] : OwnedBy(r.Found, snapshot)))
            .ToList();
        var owned = named.SelectMany(r => r.Owned).Select(o => o.Id).ToHashSet();
        return new([.. named.Select(r => new AttributedResource(r.Manifest, r.Id, r.Found, r.Owned, owned.Contains(r.Id)))]);
    }

    /// <summary>The object a manifest names, whatever the version, in its namespace or cluster-wide.</summary>
    private static KubeObject? Locate(ManifestObject manifest, ClusterSnapshot snapshot)
    {
        var id = AssumedId(manifest, snapshot);
        return snapshot.Find(id)
            ?? snapshot.Find(id with { Namespace = "" })
            ?? snapshot.Find(id with { Namespace = manifest.Namespace ?? ManifestKey.DefaultNamespace });
    }

    /// <summary>Where the object of a manifest should be.</summary>
    public static ResourceId AssumedId(ManifestObject manifest, ClusterSnapshot snapshot)
    {
        var group = ResourceId.GroupOf(manifest.ApiVersion);
        var ns = snapshot.Readability(group, manifest.Kind).Namespaced ? manifest.Namespace ?? ManifestKey.DefaultNamespace : "";
        return new(group, manifest.Kind, ns, manifest.Name);
    }

    private static bool IsLeftOut(ManifestObject manifest, KubeObject? found) =>
        manifest.Scalar("metadata", "annotations", IgnoreAnnotation) == "true"
        || found?.Metadata.Annotations.GetValueOrDefault(IgnoreAnnotation) == "true";

    /// <summary>
    /// Everything whose owner chain ends at the object, and the claims that its pods mount. Ends where owners form a circle.
    /// </summary>
    private static List<KubeObject> OwnedBy(KubeObject root, ClusterSnapshot snapshot)
    {
        var seen = new HashSet<ResourceId> { root.Id };
        var owned = new List<KubeObject>();
        var open = new Queue<KubeObject>([root]);
        while (open.TryDequeue(out var owner))
        {
            var next = owner.Metadata.Uid.Length == 0 ? [] : snapshot.OwnedBy(owner.Metadata.Uid);
            foreach (var child in owner is Pod pod ? next.Concat(ClaimsOf(pod, snapshot)) : next)
            {
                if (!seen.Add(child.Id))
                    continue;
                owned.Add(child);
                open.Enqueue(child);
            }
        }

        owned.Sort(InOrder);
        return owned;
    }

    private static IEnumerable<KubeObject> ClaimsOf(Pod pod, ClusterSnapshot snapshot) =>
        pod.Claims.Select(snapshot.Find).OfType<KubeObject>();
}

/// <summary>One object that the manifests name, and what belongs to it.</summary>
/// <param name="Manifest">The manifest that names it.</param>
/// <param name="Id">Where it is, or where it should be.</param>
/// <param name="Found">The object; null where it does not exist or could not be read.</param>
/// <param name="Owned">What it owns, however many steps away.</param>
/// <param name="Nested">Whether another resource of the same manifests owns it, whose pods include its own.</param>
internal sealed record AttributedResource(
    ManifestObject Manifest, ResourceId Id, KubeObject? Found, IReadOnlyList<KubeObject> Owned, bool Nested)
{
    /// <summary>Its pods; a pod is its own.</summary>
    public IReadOnlyList<Pod> Pods { get; } = [.. Owned.OfType<Pod>().Concat(Found is Pod pod ? [pod] : [])];
}
