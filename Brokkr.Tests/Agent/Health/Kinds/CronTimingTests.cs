using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Kinds;

/// <summary>CronJobs that do not start their runs, and runs that do not end.</summary>
public class CronTimingTests
{
    [Theory]
    [InlineData("two were due, the second ten minutes ago", 130, null, null, "ScheduleMissed")]
    [InlineData("two were due, the second nine minutes ago", 129, null, null, "")]
    [InlineData("they may start an hour late", 130, 3600, null, "")]
    [InlineData("an hour ago even so", 180, 3600, null, "ScheduleMissed")]
    [InlineData("someone changed it since", 130, null, 70.0, "")]
    public void A_schedule_is_missed_when_two_runs_are_late(string because, double minutes, int? deadline, double? writtenAt, string conditions)
    {
        var cronJob = ACronJob();
        (cronJob.Spec.StartingDeadlineSeconds, cronJob.Status.LastScheduleTime, cronJob.Status.LastSuccessfulTime) = (deadline, At(0), At(0.5));
        if (writtenAt is { } at)
            cronJob.Metadata.ManagedFields = [new() { Time = At(at) }, new() { Time = At(minutes), Subresource = "status" }];

        Conditions(minutes, cronJob).Should().Be(conditions, because);
        cronJob.Spec.Suspend = true;
        Conditions(minutes, cronJob).Should().Be("Suspended", because);
    }

    [Theory]
    [InlineData("three were due", 181, 30, "RunOverdue")]
    [InlineData("two were due", 179, 30, "")]
    [InlineData("it took half as long before", 181, 95, "")]
    public void A_run_is_overdue_that_keeps_others_from_starting(string because, double minutes, double tookBefore, string conditions)
    {
        var cronJob = ACronJob();
        (cronJob.Spec.ConcurrencyPolicy, cronJob.Status.Active) = ("Forbid", 1);
        (cronJob.Status.LastScheduleTime, cronJob.Status.LastSuccessfulTime) = (At(0), At(0));
        var before = AJob("before", "r1", "uid-nightly", ACondition("Complete"));
        before.Status.CompletionTime = At(tookBefore);
        KubeObject[] objects = [cronJob, before, AJob("run", "r2", "uid-nightly"), APod(owner: "r2")];

        Conditions(minutes, objects).Should().Be(conditions, because);
        cronJob.Spec.ConcurrencyPolicy = "Replace";
        Conditions(minutes, objects).Should().NotContain("RunOverdue", because);
    }

    [Theory]
    [InlineData("FailedCreate", 5, nameof(OverallStatus.Degraded))]
    [InlineData("UnknownTimeZone", 5, nameof(OverallStatus.Degraded))]
    [InlineData("TooManyMissedTimes", 5, nameof(OverallStatus.Healthy))]
    [InlineData("FailedCreate", -1, nameof(OverallStatus.Healthy))]
    public void Warnings_count_that_are_newer_than_the_last_run(string reason, double at, string status)
    {
        var cronJob = ACronJob();
        (cronJob.Status.LastScheduleTime, cronJob.Status.LastSuccessfulTime) = (At(0), At(0.5));

        Build.Evaluate(ATarget(cronJob), new([cronJob], [AnEvent(cronJob, reason, "no endpoints", at)]), At(6)).Status.ToString().Should().Be(status);
    }

    private static string Conditions(double minutes, params KubeObject[] objects) => string.Join(' ', JudgeFirst(minutes, objects).Conditions);

    private static Workload ACronJob()
    {
        var cronJob = AWorkload("batch/v1", "CronJob", "nightly");
        (cronJob.Spec.Schedule, cronJob.Spec.TimeZone) = ("0 * * * *", "Etc/UTC");
        return cronJob;
    }
}
