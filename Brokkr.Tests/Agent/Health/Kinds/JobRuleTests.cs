using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Kinds;

/// <summary>Jobs and the runs of CronJobs.</summary>
public class JobRuleTests
{
    [Fact]
    public void A_failed_job_fails_for_good()
    {
        var health = JudgeFirst(600, AJob(conditions: ACondition("Failed", reason: "BackoffLimitExceeded", at: 4)));

        (health.Status, health.Resources[0].Status, health.Pods).Should().Be((OverallStatus.Failing, RowStatus.Failing, default(PodCount)));
        health.Conditions.Should().Equal("JobFailed");
        health.Findings[0].Since.Should().Be(At(4));
    }

    [Fact]
    public void A_condition_that_is_not_true_says_nothing() =>
        JudgeFirst(600, AJob(conditions: [ACondition("Failed", "False"), ACondition("Complete", "False")]), APod(owner: "uid-import"))
            .Conditions.Should().BeEmpty();

    [Fact]
    public void A_complete_job_is_healthy_and_asks_for_no_pods()
    {
        var health = JudgeFirst(600, AJob(conditions: ACondition("Complete")));

        (health.Status, health.Resources[0].Status, health.Pods).Should().Be((OverallStatus.Healthy, RowStatus.Healthy, default(PodCount)));
    }

    [Fact]
    public void A_suspended_job_is_suspended_and_asks_for_no_pods()
    {
        var job = AJob();
        job.Spec.Suspend = true;

        var health = JudgeFirst(600, job);

        (health.Status, health.Resources[0].Status, health.Pods.Total).Should().Be((OverallStatus.Healthy, RowStatus.Suspended, 0));
        health.Conditions.Should().Equal("Suspended");
    }

    [Fact]
    public void A_job_that_has_not_started_is_on_its_way_and_a_running_one_is_healthy()
    {
        var job = AJob();
        JudgeFirst(600, job, APod(owner: "uid-import")).Resources[0].Status.Should().Be(RowStatus.Healthy);

        job.Status.StartTime = null;
        JudgeFirst(600, job, APod(owner: "uid-import")).Resources[0].Status.Should().Be(RowStatus.Progressing);
    }

    [Theory]
    [InlineData("one of one", 1, 1, 0, 1)]
    [InlineData("three at a time of ten", 3, 10, 0, 3)]
    [InlineData("the last two of ten", 3, 10, 8, 2)]
    [InlineData("all done, not yet said", 3, 10, 10, 0)]
    [InlineData("a queue without a number", 3, null, 0, 3)]
    [InlineData("a queue whose first worker is done", 3, null, 1, 0)]
    [InlineData("neither stated", null, null, 0, 1)]
    public void An_active_job_asks_for(string because, int? parallelism, int? completions, int succeeded, int pods)
    {
        var job = AJob();
        (job.Spec.Parallelism, job.Spec.Completions, job.Status.Succeeded) = (parallelism, completions, succeeded);

        JudgeFirst(0, job).Pods.Total.Should().Be(pods, because);
    }

    [Fact]
    public void The_active_pods_of_a_queue_count_when_its_first_worker_is_done()
    {
        var job = AJob();
        (job.Spec.Parallelism, job.Spec.Completions, job.Status.Succeeded) = (3, null, 1);
        var health = JudgeFirst(600, job, APod("a", "uid-import"), APod("b", "uid-import", ready: false),
            APodWith(Ended(0, 0, 1), phase: "Succeeded", owner: "uid-import"));

        health.Pods.Should().Be(new PodCount(1, 2));
    }

    [Theory]
    [InlineData("the newest succeeded", 10, 20, "")]
    [InlineData("the newest failed", 30, 20, "LastRunFailed")]
    public void A_cron_job_is_judged_by_its_newest_finished_run(string because, double failedAt, double succeededAt, string conditions)
    {
        var cronJob = ACronJob();
        var failed = AJob("run-1", owner: "uid-nightly", conditions: ACondition("Failed", at: failedAt));
        var succeeded = AJob("run-2", owner: "uid-nightly", conditions: ACondition("Complete"));
        succeeded.Status.CompletionTime = At(succeededAt);

        var health = JudgeFirst(60, cronJob, failed, succeeded);

        string.Join(' ', health.Conditions).Should().Be(conditions, because);
        health.Status.Should().Be(conditions.Length > 0 ? OverallStatus.Degraded : OverallStatus.Healthy, because);
    }

    [Fact]
    public void A_failed_run_is_remembered_while_the_next_one_runs()
    {
        var failed = AJob("run-1", owner: "uid-nightly", conditions: ACondition("Failed", at: 5));
        var running = AJob("run-2", uid: "r2", owner: "uid-nightly");

        var health = JudgeFirst(60, ACronJob(), failed, running, APod(owner: "r2"));

        health.Conditions.Should().Equal("LastRunFailed");
        health.Pods.Should().Be(new PodCount(1, 1));
    }

    [Fact]
    public void A_suspended_cron_job_is_suspended_and_a_new_one_healthy()
    {
        var cronJob = ACronJob();
        JudgeFirst(600, cronJob).Resources[0].Status.Should().Be(RowStatus.Healthy);

        cronJob.Spec.Suspend = true;
        JudgeFirst(600, cronJob).Resources[0].Status.Should().Be(RowStatus.Suspended);
        JudgeFirst(600, cronJob).Pods.Total.Should().Be(0);
    }

    [Fact]
    public void A_job_that_waits_for_its_last_pods_before_it_fails_has_failed()
    {
        var health = JudgeFirst(60, AJob(conditions: ACondition("FailureTarget", reason: "PodFailurePolicy", message: "exit code 42")));

        (health.Status, health.Findings[0].Condition, health.Findings[0].Message).Should().Be((OverallStatus.Failing, "JobFailed", "exit code 42"));
        health.Pods.Total.Should().Be(0);
    }

    [Fact]
    public void A_job_that_has_what_it_needs_asks_for_nothing_more()
    {
        var job = AJob(conditions: ACondition("SuccessCriteriaMet"));
        (job.Spec.Completions, job.Spec.Parallelism, job.Status.Succeeded) = (5, 5, 1);

        var health = JudgeFirst(60, job);

        (health.Status, health.Pods.Total, health.Conditions.Count).Should().Be((OverallStatus.Healthy, 0, 0));
    }

    [Fact]
    public void A_job_of_another_controller_is_judged_by_its_status_alone()
    {
        var job = AJob();
        job.Spec.ManagedBy = "kueue.x-k8s.io/multikueue";
        JudgeFirst(60, job).Status.Should().Be(OverallStatus.Healthy);

        job.Status.Conditions = [ACondition("Failed")];
        JudgeFirst(60, job).Status.Should().Be(OverallStatus.Failing);
    }

    [Theory]
    [InlineData("3", 3)]
    [InlineData("0,3", 2)]
    [InlineData("0-2", 1)]
    public void Indexes_that_failed_for_good_are_told_and_not_missed(string failed, int expected)
    {
        var job = AJob();
        (job.Spec.Completions, job.Spec.Parallelism, job.Spec.BackoffLimitPerIndex) = (4, 4, 1);
        (job.Status.FailedIndexes, job.Status.Failed) = (failed, 6);

        var health = JudgeFirst(60, [job, .. Enumerable.Range(0, expected).Select(i => APod($"p{i}", "uid-import"))]);

        (health.Status, health.Pods.Total).Should().Be((OverallStatus.Degraded, expected));
        health.Findings.Should().ContainSingle().Which.Message.Should().Contain($"index {failed} of 4");
    }

    [Fact]
    public void A_job_that_lost_more_pods_than_it_may_has_failed_before_its_controller_says_so()
    {
        var job = AJob();
        (job.Spec.BackoffLimit, job.Status.Failed) = (0, 1);

        JudgeFirst(60, job).Conditions.Should().Equal("JobFailed");
        job.Status.Active = 1;
        JudgeFirst(60, job, APod(owner: "uid-import")).Conditions.Should().BeEmpty();
    }

    private static Workload ACronJob() => AWorkload("batch/v1", "CronJob", "nightly");
}
