using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Deployment;

/// <summary>
/// Names objects by the scope that the cluster serves their kind in: what has no namespace is one object, whatever its manifests say. Pure.
/// </summary>
/// <param name="namespaced">Whether the objects of a kind live in namespaces; kinds that nobody knows count as if they did.</param>
internal sealed class KindScopes(IReadOnlyDictionary<KindId, bool> namespaced)
{
    /// <summary>
    /// The API server's word counts first, then what was applied already, then what the definitions in the manifests say.
    /// </summary>
    public static KindScopes Of(
        IEnumerable<Assignment> assignments, IEnumerable<Inventory> inventories, IReadOnlyDictionary<KindId, bool> served)
    {
        var scopes = new Dictionary<KindId, bool>(served);
        foreach (var entry in inventories.SelectMany(i => i.Entries))
            scopes.TryAdd(new(entry.Id.Group, entry.Kind), entry.Namespace.Length > 0);
        foreach (var definition in assignments.SelectMany(a => a.Target.Resources)
            .Where(r => r.Kind == "CustomResourceDefinition" && ResourceId.GroupOf(r.ApiVersion) == "apiextensions.k8s.io"))
        {
            scopes.TryAdd(new(definition.Scalar("spec", "group") ?? "", definition.Scalar("spec", "names", "kind") ?? ""),
                definition.Scalar("spec", "scope") != "Cluster");
        }

        return new(scopes);
    }

    /// <summary>The object that a manifest is of.</summary>
    public ResourceId KeyOf(ManifestObject manifest) => ManifestKey.Of(manifest) is var key
        && namespaced.GetValueOrDefault(new(key.Group, key.Kind), true) ? key : key with { Namespace = "" };
}
