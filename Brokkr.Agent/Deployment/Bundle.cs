using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Deployment;

/// <summary>The objects of a deployment object in the order in which they are applied, and what they bring for each other. Pure.</summary>
internal sealed class Bundle
{
    /// <summary>What others need in order to be created.</summary>
    private static readonly HashSet<string> Early = new(StringComparer.Ordinal)
    {
        "ServiceAccount", "Secret", "ConfigMap", "LimitRange", "ResourceQuota", "PriorityClass", "StorageClass", "RuntimeClass",
        "PersistentVolume",
        "PersistentVolumeClaim", "Role", "ClusterRole", "Service",
    };

    /// <summary>What could stand in the way of the others while that which serves it is not there yet.</summary>
    private static readonly HashSet<string> Late = new(StringComparer.Ordinal)
    {
        "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicyBinding",
        "MutatingAdmissionPolicyBinding", "APIService",
    };

    private readonly HashSet<string> _kinds;

    public Bundle(IEnumerable<ManifestObject> resources, KindScopes scopes)
    {
        Resources = [.. resources.DistinctBy(scopes.KeyOf)];
        _kinds = [.. Resources.Select(r => r.Kind)];
    }

    /// <summary>Each object once; of two manifests for the same one the first counts.</summary>
    public IReadOnlyList<ManifestObject> Resources { get; }

    /// <summary>Whether the manifest is annotated to take fields and resources from others.</summary>
    public static bool Takes(ManifestObject manifest) => manifest.Scalar("metadata", "annotations", Marks.Force) == "true";

    /// <summary>Namespaces, then definitions, then what others refer to, then everything else.</summary>
    public static int WaveOf(string group, string kind) => (group, kind) switch
    {
        ("", "Namespace") => 0,
        ("apiextensions.k8s.io", "CustomResourceDefinition") => 1,
        _ when Early.Contains(kind) => 2,
        _ when Late.Contains(kind) => 4,
        _ => 3,
    };

    /// <summary>Whether a definition in the bundle brings the kind.</summary>
    public bool Defines(string apiVersion, string kind) => Resources.Any(r => WaveOf(ResourceId.GroupOf(r.ApiVersion), r.Kind) == 1
        && r.Scalar("spec", "group") == ResourceId.GroupOf(apiVersion) && r.Scalar("spec", "names", "kind") == kind);

    /// <summary>
    /// Whether an object may be refused only because something else of the bundle is not there yet, so that a trial says nothing.
    /// </summary>
    public bool MayNeedTheRest(ManifestObject manifest, WriteAnswer answer) => manifest.Kind switch
    {
        _ when answer.IsAbsent => Defines(manifest.ApiVersion, manifest.Kind)
            || Resources.Any(r => r.Kind == "Namespace" && r.Name == (manifest.Namespace ?? ManifestKey.DefaultNamespace))
            || manifest.Kind.EndsWith("Binding", StringComparison.Ordinal),
        "Pod" => _kinds.Overlaps(["ServiceAccount", "PriorityClass", "RuntimeClass", "LimitRange"]),
        "RoleBinding" or "ClusterRoleBinding" => _kinds.Overlaps(["Role", "ClusterRole"]),
        _ => false,
    };
}
