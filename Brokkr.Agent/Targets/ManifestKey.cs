using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Targets;

/// <summary>Names the object that a manifest is of. Pure.</summary>
internal static class ManifestKey
{
    /// <summary>Where an object without a namespace lives when its kind has one.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>Names a manifest as it is written, without asking the cluster whether its kind has namespaces.</summary>
    public static ResourceId Of(ManifestObject manifest) =>
        new(ResourceId.GroupOf(manifest.ApiVersion), manifest.Kind, manifest.Namespace ?? DefaultNamespace, manifest.Name);

    public static string NamespaceOf(ManifestObject manifest, ServedKind kind) => kind.Namespaced
        ? manifest.Namespace ?? DefaultNamespace
        : "";
}
