using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Pods;

/// <summary>Judges a pod that is being deleted. Pure.</summary>
internal static class PodDeletionRule
{
    /// <summary>Says why it is still there, as far as anything tells.</summary>
    public static Finding Stuck(Pod pod, DateTimeOffset deleted, ClusterSnapshot snapshot) =>
        new(ConditionWord.TerminatingStuck, Severity.Degraded, pod.Id)
        {
            Since = deleted,
            Message = $"It should be gone; {Why(pod, snapshot)}",
        };

    /// <summary>Whether its workload is short of ready pods, so that what became of this one still matters.</summary>
    public static bool IsMissed(Pod pod, ClusterSnapshot snapshot) =>
        pod.Metadata.Controller is { } owner && snapshot.FindByUid(owner.Uid) is Workload workload && workload.Kind switch
        {
            "DaemonSet" => workload.Status.NumberReady < workload.Status.DesiredNumberScheduled,
            "Job" or "CronJob" => false,
            _ => workload.Status.ReadyReplicas < (workload.Spec.Replicas ?? 1),
        };

    private static string Why(Pod pod, ClusterSnapshot snapshot)
    {
        if (pod.Metadata.Finalizers.Count > 0)
            return $"finalizers hold it: {string.Join(", ", pod.Metadata.Finalizers)}.";
        var node = pod.Spec.NodeName is { Length: > 0 } name ? snapshot.Find(new("", "Node", "", name)) as Node : null;
        var ready = node?.Status.Find("Ready");
        if (ready is { IsTrue: false })
            return $"its node {pod.Spec.NodeName} is not ready: {ready.Message}";
        // What it was warned of while it ran is not what holds it.
        var warning = EventText.Warning(snapshot.EventsAbout(pod.Metadata.Uid).Where(e => e.LastSeen >= pod.Metadata.DeletionTimestamp));
        if (warning?.Message is { } text)
            return $"{warning.Reason}: {text}";
        return ready is null ? "its node may not answer." : $"its node {pod.Spec.NodeName} is ready and has not removed it.";
    }
}
