using Brokkr.Agent.Cluster.Objects;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Agent.Diagnostics;

/// <summary>Says in the words of the contract how far workloads are, and how nodes are. Pure.</summary>
internal static class WorkloadTranslation
{
    /// <summary>What the manifests name and what works on its behalf; former revisions without pods say nothing.</summary>
    public static IEnumerable<Wire.WorkloadStatus> Rows(IEnumerable<KubeObject> objects) =>
        objects.OfType<Workload>().Where(w => w is not { Kind: "ReplicaSet", Spec.Replicas: 0 }).Select(ToWire);

    public static Wire.NodeStatus ToWire(this Node node) => new()
    {
        Name = node.Metadata.Name,
        Conditions = { node.Status.Conditions.Select(c => c.ToWire()) },
    };

    public static Wire.PodCondition ToWire(this Condition condition) => new()
    {
        Type = condition.Type,
        Status = condition.Status,
        Reason = condition.Reason ?? "",
        Message = condition.Message ?? "",
        LastTransitionTime = condition.LastTransitionTime?.ToTimestamp(),
    };

    private static Wire.WorkloadStatus ToWire(Workload workload)
    {
        var (spec, status) = (workload.Spec, workload.Status);
        var wire = new Wire.WorkloadStatus
        {
            Kind = workload.Kind,
            Name = workload.Metadata.Name,
            Namespace = workload.Metadata.Namespace ?? "",
            Desired = spec.Replicas ?? 1,
            Updated = status.UpdatedReplicas,
            Ready = status.ReadyReplicas,
            Available = status.AvailableReplicas,
            Generation = workload.Metadata.Generation ?? 0,
            ObservedGeneration = status.ObservedGeneration ?? 0,
            Revision = status.UpdateRevision ?? workload.Metadata.Annotations.GetValueOrDefault(OwnAnnotationsConverter.Revision) ?? "",
            Paused = spec.Paused || spec.Suspend,
            Active = status.Active,
            Succeeded = status.Succeeded,
            Failed = status.Failed,
            Conditions = { status.Conditions.Select(c => c.ToWire()) },
        };
        switch (workload.Kind)
        {
            case "DaemonSet":
                (wire.Desired, wire.Updated) = (status.DesiredNumberScheduled, status.UpdatedNumberScheduled);
                (wire.Ready, wire.Available) = (status.NumberReady, status.NumberAvailable);
                break;
            case "Job":
                wire.Desired = spec.Completions ?? spec.Parallelism ?? 1;
                break;
            case "CronJob":
                wire.Desired = 0;
                break;
            default:
                break;
        }

        return wire;
    }
}
