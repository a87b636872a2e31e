using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges a CronJob by its newest finished run; the verdict holds while another run is active. Pure.</summary>
internal static class CronJobRule
{
    public static Verdict Evaluate(Workload cronJob, ResourceCase resource, RuleContext context)
    {
        var runs = resource.Resource.Owned.OfType<Workload>().Where(j => j.Kind == "Job").ToList();
        List<Finding> findings = [.. Warnings(cronJob, context), .. CronTimingRule.Evaluate(cronJob, runs, context.Now)];
        var newest = runs.Where(JobRule.IsFinished)
            .OrderByDescending(JobRule.EndOf)
            .ThenByDescending(j => j.Metadata.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        if (newest is not null && JobRule.Failure(newest) is { } failure)
        {
            findings.Add(new(ConditionWord.LastRunFailed, Severity.Degraded, cronJob.Id)
            {
                Since = Starts.Latest(cronJob, JobRule.EndOf(newest)),
                Message = $"Its last run {newest.Metadata.Name} failed: {failure.Message ?? failure.Reason}",
            });
        }

        else if (newest is null && LostRun(cronJob) is { } lost)
        {
            findings.Add(lost);
        }

        if (cronJob.Spec.Suspend)
            findings.Add(ResourceFinding.Suspended(cronJob, "It is suspended."));
        return new(Message(cronJob, newest), findings);
    }

    /// <summary>Where no finished run is left to look at, the CronJob's own times say that the newest one did not succeed.</summary>
    private static Finding? LostRun(Workload cronJob) =>
        cronJob.Status is { Active: 0, LastScheduleTime: { } last } status && !(status.LastSuccessfulTime >= last)
        ? new(ConditionWord.LastRunFailed, Severity.Degraded, cronJob.Id)
        {
            Since = Starts.Latest(cronJob, last),
            Message = status.LastSuccessfulTime is null
                ? $"The run of {last:u} has ended, and none has ever succeeded."
                : $"The run of {last:u} has ended, and the last success is older.",
        }
        : null;

    /// <summary>What its controller warned of since it last started a run.</summary>
    private static IEnumerable<Finding> Warnings(Workload cronJob, RuleContext context)
    {
        var events = context.Snapshot.EventsAbout(cronJob.Metadata.Uid).ToList();
        var last = Starts.Latest(cronJob, cronJob.Status.LastScheduleTime,
            EventText.Newest(events, e => e.Reason == "SuccessfulCreate")?.LastSeen);
        return events.Where(e => e is { Type: "Warning", Reason.Length: > 0 } && !(e.LastSeen <= last))
            .GroupBy(e => e.Reason!, StringComparer.Ordinal)
            .Select(reason => (Newest: EventText.Newest(reason, _ => true)!, First: reason.Min(e => e.FirstSeen)))
            .Select(e => new Finding(
                ReasonWord.Of(e.Newest.Reason), IsFatal(e.Newest.Reason!) ? Severity.Degraded : Severity.Shown, cronJob.Id)
            {
                Since = Starts.Latest(cronJob, e.First, last),
                Message = e.Newest.Message ?? "",
            });
    }

    /// <summary>Whether it cannot start runs as long as this stands.</summary>
    private static bool IsFatal(string reason) => reason is ConditionWord.FailedCreate or "UnparseableSchedule" or "UnknownTimeZone";

    private static string Message(Workload cronJob, Workload? newest)
    {
        if (newest is not null)
            return $"Last run {newest.Metadata.Name} {(JobRule.Failure(newest) is null ? "succeeded" : "failed")}";
        return cronJob.Status.LastScheduleTime is { } last ? $"Last run started {last:u}" : "No run yet";
    }
}
