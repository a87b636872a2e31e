using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Pods;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Finds why the pods of a workload cannot be created. Pure.</summary>
internal static class FailedCreateRule
{
    /// <param name="workload">The workload.</param>
    /// <param name="resource">What it owns.</param>
    /// <param name="podsKnown">Whether its pods could be read.</param>
    /// <param name="expected">How many pods it asks for.</param>
    /// <param name="context">Everything else.</param>
    public static Finding? Evaluate(Workload workload, AttributedResource resource, bool podsKnown, int expected, RuleContext context)
    {
        var isShort = IsShort(workload, resource, podsKnown, expected);
        if (Refusal(workload, resource) is { } refusal)
        {
            return isShort
                ? ResourceFinding.FromCondition(workload, ConditionWord.FailedCreate, Severity.Degraded, refusal)
                : ResourceFinding.FromCondition(workload, ReasonWord.Of(refusal), Severity.Progressing, refusal);
        }

        return isShort ? OfEvents(workload, [.. Creators(workload, resource)], context) : null;
    }

    /// <summary>The condition that says that pods cannot be created or removed.</summary>
    public static Condition? Refusal(Workload workload, AttributedResource resource) =>
        Creators(workload, resource).Select(w => w.Status.Find("ReplicaFailure")).FirstOrDefault(c => c is { IsTrue: true });

    /// <summary>The workload, and the ReplicaSets that create pods on its behalf.</summary>
    public static IEnumerable<Workload> Creators(Workload workload, AttributedResource resource) =>
        resource.Owned.OfType<Workload>().Where(w => w.Kind == "ReplicaSet" && w.Spec.Replicas != 0).Prepend(workload);

    /// <summary>
    /// The newest failure, unless something was created since. It holds while pods are short: controllers try again ever more rarely.
    /// </summary>
    public static Finding? OfEvents(Workload workload, IReadOnlyList<Workload> creators, RuleContext context)
    {
        var events = creators.SelectMany(o => context.Snapshot.EventsAbout(o.Metadata.Uid)).ToList();
        var failed = EventText.Newest(events, e => e.Reason == ConditionWord.FailedCreate);
        var succeeded = EventText.Newest(events, e => e.Reason == "SuccessfulCreate");
        return failed is null || failed.LastSeen <= succeeded?.LastSeen
            ? null
            : new(ConditionWord.FailedCreate, Severity.Degraded, workload.Id)
            {
                Since = Starts.Latest(workload, failed.FirstSeen, succeeded?.LastSeen),
                Message = failed.Message ?? "",
            };
    }

    private static bool IsShort(Workload workload, AttributedResource resource, bool podsKnown, int expected) => podsKnown
        ? resource.Pods.Count(p => !PodRule.IsTerminal(p)) < expected
            || Creators(workload, resource).Any(c => c.Kind == "ReplicaSet" && c.Status.Replicas < (c.Spec.Replicas ?? 1))
        : workload.Kind switch
        {
            "DaemonSet" => workload.Status.CurrentNumberScheduled < expected,
            "Job" => workload.Status.Active < expected,
            _ => workload.Status.Replicas < expected,
        };
}
