using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Cluster;

/// <summary>The kinds that are watched whatever manifests name.</summary>
internal static class BaseKinds
{
    public static readonly ServedKind Pods = new("v1", "Pod", "api/v1/", "pods", true);

    public static readonly ServedKind Events = new("v1", "Event", "api/v1/", "events", true);

    public static readonly IReadOnlyList<ServedKind> All =
    [
        Pods,
        Events,
        new("apps/v1", "ReplicaSet", "apis/apps/v1/", "replicasets", true),
        new("apps/v1", "Deployment", "apis/apps/v1/", "deployments", true),
        new("apps/v1", "StatefulSet", "apis/apps/v1/", "statefulsets", true),
        new("apps/v1", "DaemonSet", "apis/apps/v1/", "daemonsets", true),
        new("batch/v1", "Job", "apis/batch/v1/", "jobs", true),
        new("batch/v1", "CronJob", "apis/batch/v1/", "cronjobs", true),
        new("storage.k8s.io/v1", "StorageClass", "apis/storage.k8s.io/v1/", "storageclasses", false, Optional: true),
        new("v1", "Node", "api/v1/", "nodes", false, Optional: true),
    ];

    /// <summary>What every verdict needs to know.</summary>
    public static IEnumerable<KindId> Needed => All.Where(k => !k.Optional).Select(k => k.Id);
}
