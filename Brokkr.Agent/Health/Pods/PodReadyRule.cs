using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Pods;

/// <summary>Judges whether a running pod is ready, with as much patience as its probes ask for. Pure.</summary>
internal static class PodReadyRule
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static IEnumerable<Finding> Evaluate(Pod pod, IReadOnlyList<PodContainer> containers, RuleContext context)
    {
        if (pod.Status.Phase != "Running" || PodRule.IsReady(pod))
            yield break;
        var unready = containers.Where(c => !c.Status.Ready && !c.IsDone).ToList();
        if (unready.Count == 0 && containers.Any(c => c.IsDone && !c.IsInit))
            yield break; // A container that has done its work keeps the pod from being Ready for good reason.
        var events = context.Snapshot.EventsAbout(pod.Metadata.Uid).ToList();
        var failed = EventText.Newest(events, e => e.Reason == "Unhealthy");
        yield return new(ConditionWord.NotReady, Severity.Pending, pod.Id)
        {
            Since = Since(pod, unready),
            After = Deadline(pod, context.Snapshot),
            Container = unready is [var only] ? only.Name : "",
            ContainerType = unready is [var one] ? one.Type : null,
            Probe = failed.ProbeOf(),
            Message = failed?.Message ?? EventText.Warning(events)?.Message ?? pod.Status.Find("Ready")?.Message ?? "",
        };
    }

    private static DateTimeOffset? Since(Pod pod, IReadOnlyList<PodContainer> unready) => Starts.Latest(pod,
    [
        pod.Status.Find("Ready")?.LastTransitionTime,
        pod.Status.Find("Initialized")?.LastTransitionTime,
        .. unready.Where(c => c.Status.RestartCount == 0).Select(c => c.State.Running?.StartedAt),
    ]);

    private static TimeSpan Deadline(Pod pod, ClusterSnapshot snapshot)
    {
        var minReady = pod.Metadata.Controller is { } owner && snapshot.FindByUid(owner.Uid) is Workload workload
            ? workload.Spec.MinReadySeconds
            : 0;
        var asked = ProbeTime.Of(pod.Spec.Containers, pod.Spec.InitContainers, minReady);
        return asked > Patience ? asked : Patience;
    }
}
