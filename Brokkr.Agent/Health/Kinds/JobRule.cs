using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges a Job by its own status. Pure.</summary>
internal static class JobRule
{
    public static Verdict Evaluate(Workload job, ResourceCase resource)
    {
        var status = job.Status;
        var message = $"{status.Succeeded}/{job.Spec.Completions ?? 1} completions, {status.Failed} pods failed";
        if (Failure(job) is { } failed)
            return new(message, [ResourceFinding.FromCondition(job, ConditionWord.JobFailed, Severity.Failing, failed)]);
        if (status.Find("Complete") is { IsTrue: true })
            return new(message, []);
        if (job.Spec.Suspend)
            return new(message, [ResourceFinding.Suspended(job, "It is suspended.")]);
        return new(message, status.StartTime is null ? [ResourceFinding.Progressing(job, "It has not started yet.")] : []);
    }

    /// <summary>The condition that says that it has failed for good.</summary>
    public static Condition? Failure(Workload job) => job.Status.Find("Failed") is { IsTrue: true } failed ? failed : null;

    public static bool IsFinished(Workload job) => Failure(job) is not null || job.Status.Find("Complete") is { IsTrue: true };

    /// <summary>
    /// Without a number of completions the pods decide among themselves when the work is done, and none is replaced after the first
    /// success.
    /// </summary>
    public static int ExpectedPods(Workload job)
    {
        if (IsFinished(job) || job.Spec.Suspend)
            return 0;
        var parallelism = job.Spec.Parallelism ?? 1;
        var completions = job.Spec.Completions ?? (job.Spec.Parallelism is null ? 1 : null);
        return completions is { } wanted
            ? Math.Max(0, Math.Min(parallelism, wanted - job.Status.Succeeded))
            : job.Status.Succeeded > 0 ? 0 : parallelism;
    }
}
