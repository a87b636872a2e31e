using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges a ReplicaSet or a ReplicationController by its own status. Pure.</summary>
internal static class ReplicaSetRule
{
    public static Verdict Evaluate(Workload set, ResourceCase resource)
    {
        var (wanted, available) = (set.Spec.Replicas ?? 1, set.Status.AvailableReplicas);
        return new($"{available}/{wanted} replicas available", resource.Observed && available < wanted
            ? [ResourceFinding.Progressing(set, $"{available} of {wanted} replicas are available.")]
            : []);
    }
}
