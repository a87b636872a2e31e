using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges a DaemonSet by its own status. Pure.</summary>
internal static class DaemonSetRule
{
    public static Verdict Evaluate(Workload set, ResourceCase resource)
    {
        var (status, wanted) = (set.Status, set.Status.DesiredNumberScheduled);
        var message = $"{status.NumberAvailable}/{wanted} pods available";
        return resource.Observed && Unfinished(set, wanted) is { } progress
            ? new(message, [ResourceFinding.Progressing(set, progress)])
            : new(message, []);
    }

    private static string? Unfinished(Workload set, int wanted)
    {
        var status = set.Status;
        if (status.UpdatedNumberScheduled > status.NumberAvailable && wanted <= status.NumberAvailable)
            return $"{status.NumberAvailable} of {status.UpdatedNumberScheduled} updated pods are available.";
        if (status.CurrentNumberScheduled < wanted)
            return $"{status.CurrentNumberScheduled} of {wanted} nodes have their pod.";
        if (status.UpdatedNumberScheduled < wanted && set.Spec.UpdateStrategy?.Type != "OnDelete")
            return $"{status.UpdatedNumberScheduled} of {wanted} pods are updated.";
        if (status.NumberReady < Math.Min(wanted, status.NumberAvailable))
            return $"{status.NumberReady} of {wanted} pods are ready.";
        return status.NumberAvailable < wanted ? $"{status.NumberAvailable} of {wanted} pods are available." : null;
    }
}
