using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Pods;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Compares the pods that a workload asks for with those that exist. Pure.</summary>
internal static class PodsMissingRule
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    /// <summary>A rollout may be short of pods for longer.</summary>
    private static readonly TimeSpan RolloutGrace = TimeSpan.FromMinutes(10);

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
        var existing = resource.Pods.Where(p => !PodRule.IsTerminal(p)).ToList();
        if (Place(workload, resource, existing.Count, expected) is not { } place || IsRetrying(workload, resource, context.Now))
            yield break;
        var since = context.Seen.Of(workload.Id, place, context.Now, MissingSince(workload, resource, existing));
        var none = existing.Count == 0;
        // Where none is left, there were pods until the newest ended.
        if (none)
            since = Starts.Latest(workload, [since, .. resource.Pods.Select(Starts.OfEnd)]);
        var after = none
            ? FailedCreateRule.Refusal(workload, resource) is null ? Grace : TimeSpan.Zero
            : progressing ? RolloutGrace : Grace;
        // On its way, it is short of pods as a matter of course; that is told once it lasts.
        if (!none && progressing && !(context.Now - since >= after))
            yield break;
        yield return new(ConditionWord.PodsMissing, none ? Severity.Failing : Severity.Degraded, workload.Id)
        {
            Since = since,
            After = after,
            Message = $"{existing.Count} of {expected} expected pods exist.",
        };
    }

    /// <summary>Where pods are missing; null where none is.</summary>
    private static string? Place(Workload workload, AttributedResource resource, int existing, int expected)
    {
        if (workload.Kind == "StatefulSet" && workload.Spec.PodManagementPolicy != "Parallel")
        {
            return StatefulSetRule.NextPod(workload, resource.Pods) is not { } next
                ? null
                : existing == 0 ? "no pods" : $"missing {next}";
        }

        return existing >= expected ? null : existing == 0 ? "no pods" : "missing";
    }

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
    /// For an agent that did not see it begin: the newest change of what is asked for, or of a pod that is there, or the end of the newest
    /// pod: from then on a successor is due. Where nothing says it, the creation.
    /// </summary>
    private static DateTimeOffset? MissingSince(Workload workload, AttributedResource resource, IReadOnlyList<Pod> existing) =>
        Starts.Latest(workload,
    [
        .. FailedCreateRule.Creators(workload, resource).Select(Starts.OfGeneration),
        .. resource.Pods.Where(PodRule.IsTerminal).Select(Starts.OfEnd),
        .. workload.Kind == "Job" ? [] : existing.SelectMany(Starts.OfPod),
    ]) ?? workload.Metadata.CreationTimestamp;
}
