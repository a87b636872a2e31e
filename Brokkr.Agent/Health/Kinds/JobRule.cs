using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges a Job by its own status. Pure.</summary>
internal static class JobRule
{
    private const string OwnController = "kubernetes.io/job-controller";

    public static Verdict Evaluate(Workload job, ResourceCase resource)
    {
        var status = job.Status;
        var message = $"{status.Succeeded}/{job.Spec.Completions ?? 1} completions, {status.Failed} pods failed";
        if ((Failure(job) ?? Doomed(job)) is { } failed)
            return new(message, [ResourceFinding.FromCondition(job, ConditionWord.JobFailed, Severity.Failing, failed)]);
        if (IsTrue(job, "Complete") || IsTrue(job, "SuccessCriteriaMet"))
            return new(message, []);
        if (IsOutOfTries(job))
            return new(message, [new(ConditionWord.JobFailed, Severity.Failing, job.Id)
            {
                Since = Starts.OfStatus(job),
                Message = $"{status.Failed} pods failed; its backoffLimit allows {job.Spec.BackoffLimit}.",
            }]);
        var findings = new List<Finding>();
        if (status.FailedIndexes is { Length: > 0 } indexes)
        {
            findings.Add(new(ConditionWord.IndexesFailed, Severity.Degraded, job.Id)
            {
                Since = Starts.OfStatus(job),
                Message = $"Failed for good: index {indexes} of {job.Spec.Completions ?? 1}; the others go on.",
            });
        }

        if (job.Spec.Suspend)
            findings.Add(ResourceFinding.Suspended(job, "It is suspended."));
        else if (status.StartTime is null)
            findings.Add(ResourceFinding.Progressing(job, "It has not started yet."));
        return new(message, findings);
    }

    /// <summary>The condition that says that it has failed for good.</summary>
    public static Condition? Failure(Workload job) => job.Status.Find("Failed") is { IsTrue: true } failed ? failed : null;

    public static bool IsFinished(Workload job) => Failure(job) is not null || IsTrue(job, "Complete");

    /// <summary>When it ended; null where it has not.</summary>
    public static DateTimeOffset? EndOf(Workload job) => job.Status.CompletionTime ?? Failure(job)?.LastTransitionTime;

    /// <summary>
    /// Without a number of completions the pods decide among themselves when the work is done, and none is replaced after the first
    /// success.
    /// </summary>
    public static int ExpectedPods(Workload job)
    {
        if (IsFinished(job) || job.Spec.Suspend || !IsOurs(job)
            || Doomed(job) is not null || IsTrue(job, "SuccessCriteriaMet") || IsOutOfTries(job))
            return 0;
        var parallelism = job.Spec.Parallelism ?? 1;
        var completions = job.Spec.Completions ?? (job.Spec.Parallelism is null ? 1 : null);
        return completions is { } wanted
            ? (int)Math.Max(0, Math.Min(parallelism, wanted - job.Status.Succeeded - CountOf(job.Status.FailedIndexes)))
            : job.Status.Succeeded > 0 ? Math.Min(parallelism, job.Status.Active) : parallelism;
    }

    /// <summary>Its controller has given up and waits for the pods that are left.</summary>
    private static Condition? Doomed(Workload job) => job.Status.Find("FailureTarget") is { IsTrue: true } target ? target : null;

    /// <summary>Nothing runs, and more pods failed than it may lose: its controller is about to say so.</summary>
    private static bool IsOutOfTries(Workload job) => job.Spec is { BackoffLimit: { } limit, BackoffLimitPerIndex: null }
        && job.Status.Failed > limit && job.Status.Active == 0;

    private static bool IsOurs(Workload job) => job.Spec.ManagedBy is null or "" or OwnController;

    private static bool IsTrue(Workload job, string conditionType) => job.Status.Find(conditionType) is { IsTrue: true };

    /// <summary>How many indexes a text such as <c>1,3-5</c> names.</summary>
    private static long CountOf(string? indexes)
    {
        var count = 0L;
        foreach (var part in (indexes ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (int.TryParse(ends[0], out var first) && int.TryParse(ends[^1], out var last) && last >= first)
                count += (long)last - first + 1;
        }

        return count;
    }
}
