using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Pods;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>
/// Finds a workload whose pods are rejected or thrown out again and again while none gets ready: each of them alone is too young to be
/// late. Pure.
/// </summary>
internal static class EndingPodsRule
{
    private const int Enough = 3;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(10);

    /// <summary>A pod's first word about its readiness comes this soon after it got its node; a later one is a change.</summary>
    private static readonly TimeSpan FirstWord = TimeSpan.FromSeconds(5);

    public static Finding? Evaluate(Workload workload, AttributedResource resource, RuleContext context)
    {
        if (workload.Kind is "Job" or "CronJob")
            return null;
        var ends = resource.Pods.Where(p => p.Status.Phase == "Failed")
            .Select(p => (Pod: p, At: Starts.OfEnd(p)))
            .Where(e => e.At is not null)
            .OrderByDescending(e => e.At).ThenByDescending(e => e.Pod.Metadata.Name, StringComparer.Ordinal)
            .ToList();
        if (ends.Count < Enough || context.Now - ends[0].At >= Window)
            return null;
        var (newest, at) = ends[0];
        var together = ends.TakeWhile(e => at - e.At <= Window).ToList();
        if (together.Count < Enough || at - together[^1].At < Apart || resource.Pods.Any(p => WasReady(p, context.Now)))
            return null;
        return new(ReasonWord.Of(newest.Status.Reason, ConditionWord.PodFailed), Severity.Degraded, workload.Id)
        {
            Since = context.Seen.Of(workload.Id, "ending", context.Now, together[^1].At),
            Message = newest.Status.Message is { Length: > 0 } text
                ? $"Its pods end as soon as they are there: {text}"
                : "Its pods end as soon as they are there.",
        };
    }

    /// <summary>Whether the pod is ready, or lost its readiness not long ago.</summary>
    private static bool WasReady(Pod pod, DateTimeOffset now)
    {
        if (pod.Status.Find("Ready") is not { } ready)
            return false;
        if (ready.IsTrue)
            return PodRule.IsLive(pod);
        var began = Starts.Latest(pod, pod.Status.Find("PodScheduled")?.LastTransitionTime, pod.Metadata.CreationTimestamp);
        return now - ready.LastTransitionTime < ReadyWithin && ready.LastTransitionTime - began > FirstWord;
    }
}
