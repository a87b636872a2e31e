using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>
/// Judges whether a CronJob starts its runs when they are due, and whether one of them keeps the next from starting. Pure.
/// </summary>
internal static class CronTimingRule
{
    /// <summary>Controllers that are busy, or that were away for a moment, start late.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortestOverdue = TimeSpan.FromHours(1);

    /// <param name="cronJob">The CronJob.</param>
    /// <param name="runs">The Jobs that are left of it.</param>
    /// <param name="now">The clock.</param>
    public static IEnumerable<Finding> Evaluate(Workload cronJob, IReadOnlyList<Workload> runs, DateTimeOffset now)
    {
        if (cronJob.Spec.Suspend || CronSchedule.Read(cronJob.Spec.Schedule, cronJob.Spec.TimeZone) is not { } schedule)
            yield break;
        var active = runs.Where(r => !JobRule.IsFinished(r)).OrderBy(StartOf).FirstOrDefault();
        var isHeld = cronJob.Spec.ConcurrencyPolicy == "Forbid" && (active is not null || cronJob.Status.Active > 0);
        if (isHeld)
        {
            if (active is not null && StartOf(active) is { } start && IsOverdue(start, runs, schedule, now))
            {
                yield return new(ConditionWord.RunOverdue, Severity.Degraded, cronJob.Id)
                {
                    Since = start,
                    Message = $"The run {active.Metadata.Name} has not ended since {start:u}, and no other starts beside it.",
                };
            }

            yield break;
        }

        if (DueSince(cronJob) is { } since && schedule.WasDue(2, since, now - Patience(cronJob)))
        {
            yield return new(ConditionWord.ScheduleMissed, Severity.Degraded, cronJob.Id)
            {
                Since = since,
                Message = $"Two runs at least should have started since {since:u} (schedule {cronJob.Spec.Schedule}), and none has.",
            };
        }
    }

    private static bool IsOverdue(DateTimeOffset start, IReadOnlyList<Workload> runs, CronSchedule schedule, DateTimeOffset now)
    {
        var longest = runs.Where(JobRule.IsFinished).Select(r => JobRule.EndOf(r) - StartOf(r)).Max() ?? TimeSpan.Zero;
        return now - start > ShortestOverdue && now - start > 2 * longest && schedule.WasDue(3, start, now);
    }

    private static DateTimeOffset? DueSince(Workload cronJob) => Starts.Latest(cronJob,
        cronJob.Status.LastScheduleTime, cronJob.Metadata.CreationTimestamp, Starts.OfGeneration(cronJob));

    private static TimeSpan Patience(Workload cronJob)
    {
        // Longer deadlines than a year ask for nothing.
        var deadline = TimeSpan.FromSeconds(Math.Clamp(cronJob.Spec.StartingDeadlineSeconds ?? 0, 0, 365 * 24 * 3600));
        return deadline > Lateness ? deadline : Lateness;
    }

    private static DateTimeOffset? StartOf(Workload run) => run.Status.StartTime ?? run.Metadata.CreationTimestamp;
}
