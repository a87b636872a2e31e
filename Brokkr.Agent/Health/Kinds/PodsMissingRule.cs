using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Pods;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Compares the pods that a workload asks for with those that exist, and finds why they cannot be created. Pure.</summary>
internal static class PodsMissingRule
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    /// <summary>An older failure to create a pod may have been mended since.</summary>
    private static readonly TimeSpan FailureHoldsFor = TimeSpan.FromMinutes(10);

    /// <summary>The longest pause of the Job controller between tries is ten minutes.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMinutes(11);

    /// <param name="workload">The workload.</param>
    /// <param name="resource">What it owns.</param>
    /// <param name="expected">How many pods it asks for.</param>
    /// <param name="progressing">Whether its own status says that it is on its way.</param>
    /// <param name="context">Everything else.</param>
    public static IEnumerable<Finding> Evaluate(Workload workload, AttributedResource resource, int expected, bool progressing,
        RuleContext context)
    {
        var existing = resource.Pods.Count(p => !PodRule.IsTerminal(p));
        var refusal = ReplicaFailure(workload, resource);
        if (Refused(workload, resource, refusal, existing < expected, context) is { } refused)
            yield return refused;

        if (!IsShort(workload, resource, existing, expected) || IsRetrying(workload, resource, context.Now))
            yield break;
        if (existing > 0 && progressing)
            yield break;
        yield return new(ConditionWord.PodsMissing, existing == 0 ? Severity.Failing : Severity.Degraded, workload.Id)
        {
            Since = MissingSince(workload, resource),
            After = existing == 0 && refusal is not null ? TimeSpan.Zero : Grace,
            Message = $"{existing} of {expected} expected pods exist.",
        };
    }

    private static bool IsShort(Workload workload, AttributedResource resource, int existing, int expected) =>
        workload.Kind == "StatefulSet" && workload.Spec.PodManagementPolicy != "Parallel"
            ? StatefulSetRule.LacksNextPod(workload, resource.Pods)
            : existing < expected;

    private static Finding? Refused(Workload workload, AttributedResource resource, Condition? refusal, bool isShort, RuleContext context)
    {
        if (refusal is not null)
            return ResourceFinding.FromCondition(workload, ConditionWord.FailedCreate, Severity.Degraded, refusal);
        if (!isShort)
            return null;
        var events = Creators(workload, resource).SelectMany(o => context.Snapshot.EventsAbout(o.Metadata.Uid)).ToList();
        var failed = EventText.Newest(events, e => e.Reason == "FailedCreate");
        var succeeded = EventText.Newest(events, e => e.Reason == "SuccessfulCreate");
        if (failed is null || failed.LastSeen <= succeeded?.LastSeen || context.Now - failed.LastSeen > FailureHoldsFor)
            return null;
        return new(ConditionWord.FailedCreate, Severity.Degraded, workload.Id)
        {
            Since = Starts.Latest(workload, failed.FirstSeen, succeeded?.LastSeen),
            Message = failed.Message ?? "",
        };
    }

    private static Condition? ReplicaFailure(Workload workload, AttributedResource resource) => Creators(workload, resource)
        .Select(w => w.Status.Find("ReplicaFailure"))
        .FirstOrDefault(c => c is { IsTrue: true });

    /// <summary>The workload, and the ReplicaSets that create pods on its behalf.</summary>
    private static IEnumerable<Workload> Creators(Workload workload, AttributedResource resource) =>
        resource.Owned.OfType<Workload>().Where(w => w.Kind == "ReplicaSet" && w.Spec.Replicas != 0).Prepend(workload);

    /// <summary>Whether the Job controller pauses between a failed pod and the next.</summary>
    private static bool IsRetrying(Workload workload, AttributedResource resource, DateTimeOffset now)
    {
        if (workload.Kind != "Job" || workload.Status.Failed == 0)
            return false;
        var newest = Starts.Latest(workload,
        [
            .. resource.Pods.Where(p => p.Status.Phase == "Failed").Select(Starts.OfEnd),
            .. workload.Metadata.ManagedFields.Where(f => f.Subresource == "status").Select(f => f.Time),
        ]) ?? workload.Status.StartTime;
        return now - newest < RetryPause;
    }

    /// <summary>
    /// The newest change of what is asked for, or the end of the newest pod: from then on a successor is due. Where nothing says it, the
    /// creation.
    /// </summary>
    private static DateTimeOffset? MissingSince(Workload workload, AttributedResource resource) => Starts.Latest(workload,
    [
        .. Creators(workload, resource).Select(Starts.OfGeneration),
        .. resource.Pods.Where(PodRule.IsTerminal).Select(Starts.OfEnd),
    ]) ?? workload.Metadata.CreationTimestamp;
}
