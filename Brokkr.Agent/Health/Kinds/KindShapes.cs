using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>How much is kept of the objects of a kind.</summary>
internal enum KindShape
{
    /// <summary>Metadata only: Secrets always, and kinds that are as they should be once they exist.</summary>
    Metadata,

    Pod,
    Workload,
    Node,
    Event,

    /// <summary>Metadata, and the fields that the rules of the kind look at.</summary>
    Projected,
}

/// <summary>Which kind is kept in which shape.</summary>
internal static class KindShapes
{
    /// <summary>Groups of Kubernetes whose objects only have to exist.</summary>
    private static readonly HashSet<string> Passive = new(StringComparer.Ordinal)
    {
        "rbac.authorization.k8s.io", "storage.k8s.io", "scheduling.k8s.io", "admissionregistration.k8s.io", "coordination.k8s.io", "discovery.k8s.io",
        "node.k8s.io", "certificates.k8s.io", "flowcontrol.apiserver.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "resource.k8s.io",
    };

    public static KindShape Of(KindId kind) => kind switch
    {
        { Group: "", Kind: "Pod" } => KindShape.Pod,
        { Group: "", Kind: "Node" } => KindShape.Node,
        { Group: "" or "events.k8s.io", Kind: "Event" } => KindShape.Event,
        { Group: "", Kind: "ReplicationController" } => KindShape.Workload,
        { Group: "", Kind: "Service" or "PersistentVolumeClaim" or "Namespace" } => KindShape.Projected,
        { Group: "" } => KindShape.Metadata,
        { Group: "apps" or "extensions", Kind: "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet" } => KindShape.Workload,
        { Group: "batch", Kind: "Job" or "CronJob" } => KindShape.Workload,
        { Group: "networking.k8s.io" or "extensions", Kind: "Ingress" } => KindShape.Projected,
        { Group: "apps" or "extensions" or "networking.k8s.io" } => KindShape.Metadata,
        _ => Passive.Contains(kind.Group) ? KindShape.Metadata : KindShape.Projected,
    };
}
