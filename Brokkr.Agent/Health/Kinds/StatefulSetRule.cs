using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Pods;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges a StatefulSet by its own status. Pure.</summary>
internal static class StatefulSetRule
{
    public static Verdict Evaluate(Workload set, ResourceCase resource)
    {
        var (wanted, status) = (set.Spec.Replicas ?? 1, set.Status);
        var ready = Math.Max(status.ReadyReplicas, status.AvailableReplicas);
        var message = $"{ready}/{wanted} replicas ready";
        return resource.Observed && Unfinished(set, wanted, ready) is { } progress
            ? new(message, [ResourceFinding.Progressing(set, progress)])
            : new(message, []);
    }

    /// <summary>
    /// The number of the pod that is due next and absent; null where none is. With ordered start that is the first one that is absent or
    /// not ready: those behind wait for it.
    /// </summary>
    public static int? NextPod(Workload set, IEnumerable<Pod> pods)
    {
        var byName = pods.Where(p => !PodRule.IsTerminal(p)).ToLookup(p => p.Metadata.Name, StringComparer.Ordinal);
        var first = set.Spec.Ordinals?.Start ?? 0;
        for (var i = 0; i < (set.Spec.Replicas ?? 1); i++)
        {
            if (byName[$"{set.Metadata.Name}-{first + i}"].FirstOrDefault() is not { } pod)
                return first + i;
            if (!PodRule.IsReady(pod))
                return null;
        }

        return null;
    }

    private static string? Unfinished(Workload set, int wanted, int ready)
    {
        var status = set.Status;
        if (ready < wanted)
            return $"{ready} of {wanted} replicas are ready.";
        if (status.Replicas > wanted)
            return $"{status.Replicas - wanted} replicas too many are still there.";
        if (set.Spec.UpdateStrategy?.Type == "OnDelete" || status.CurrentRevision == status.UpdateRevision)
            return null;
        var due = wanted - (set.Spec.UpdateStrategy?.RollingUpdate?.Partition ?? 0);
        return status.UpdatedReplicas < due ? $"{status.UpdatedReplicas} of {due} replicas are updated." : null;
    }
}
