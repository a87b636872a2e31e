using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Tests.Agent.Health;

/// <summary>Every recorded scenario gets the status that its author gave it, now and later.</summary>
public class RecordedScenarioTests
{
    [Theory]
    [InlineData("healthy-web", nameof(OverallStatus.Healthy), "2/2", "")]
    [InlineData("config-only", nameof(OverallStatus.Healthy), "0/0", "")]
    [InlineData("daemonset", nameof(OverallStatus.Healthy), "1/1", "")]
    [InlineData("noisy-logs", nameof(OverallStatus.Healthy), "1/1", "")]
    [InlineData("image-pull", nameof(OverallStatus.Degraded), "0/3", "ImagePullBackOff ProgressDeadlineExceeded")]
    [InlineData("crash-loop", nameof(OverallStatus.Degraded), "0/1", "CrashLoopBackOff")]
    [InlineData("oom-killed", nameof(OverallStatus.Degraded), "0/1", "CrashLoopBackOff OOMKilled")]
    [InlineData("config-error", nameof(OverallStatus.Degraded), "0/1", "CreateContainerConfigError ProgressDeadlineExceeded")]
    [InlineData("init-crash", nameof(OverallStatus.Degraded), "0/1", "CrashLoopBackOff ProgressDeadlineExceeded")]
    [InlineData("run-error", nameof(OverallStatus.Degraded), "0/1", "CrashLoopBackOff ProgressDeadlineExceeded")]
    [InlineData("mixed-containers", nameof(OverallStatus.Degraded), "0/1", "CrashLoopBackOff")]
    [InlineData("invalid-image-name", nameof(OverallStatus.Degraded), "0/1", "InvalidImageName")]
    [InlineData("unschedulable", nameof(OverallStatus.Degraded), "0/1", "Pending ProgressDeadlineExceeded Unschedulable")]
    [InlineData("readiness-failing", nameof(OverallStatus.Degraded), "0/2", "NotReady ProgressDeadlineExceeded")]
    [InlineData("statefulset-pvc", nameof(OverallStatus.Degraded), "0/2", "Pending Progressing Unschedulable")]
    [InlineData("jobs", nameof(OverallStatus.Failing), "0/0", "JobFailed PodFailed")]
    public void A_scenario_is_judged_as_recorded_and_ten_minutes_later(string scenario, string status, string pods, string conditions)
    {
        foreach (var minutes in new[] { 0, 10 })
        {
            var health = Judge(scenario, RecordedCluster.Moment.AddMinutes(minutes));

            health.Status.ToString().Should().Be(status, "{0} minutes later it is {1}", minutes, health);
            $"{health.Pods.Ready}/{health.Pods.Total}".Should().Be(pods);
            string.Join(' ', health.Conditions).Should().Be(conditions);
        }
    }

    [Fact]
    public void Whatever_is_wrong_says_so_in_words_even_before_its_events_are_known()
    {
        var scenarios = Directory.GetFiles(Path.Combine(RepositoryRoot.Fixtures, "scenarios"), "*.yaml").Select(Path.GetFileNameWithoutExtension);
        var snapshot = new ClusterSnapshot([.. RecordedCluster.Everything], []);
        foreach (var (scenario, minutes) in scenarios.SelectMany(s => new[] { 0, 10, 60 }.Select(m => (s!, m))))
        {
            var now = RecordedCluster.Moment.AddMinutes(minutes);

            var findings = Build.Evaluate(RecordedCluster.Scenario(scenario), snapshot, now).Findings;

            findings.Where(f => f.OverallAt(now) != OverallStatus.Healthy).Should().NotContain(f => f.Message.Length == 0, scenario);
        }
    }

    [Fact]
    public void A_stateful_set_whose_claim_is_not_bound_yet_is_pending_at_first()
    {
        var first = RecordedCluster.Everything.Single(o => o is Pod && o.Metadata.Name == "db-0");

        var health = Judge("statefulset-pvc", first.Metadata.CreationTimestamp!.Value.AddMinutes(3));

        health.Status.Should().Be(OverallStatus.Healthy);
        health.Conditions.Should().Contain(["Pending", "Unschedulable"]);
        health.Resources.Single(r => r.Id.Kind == "StatefulSet").Status.Should().Be(RowStatus.Progressing);
    }

    [Fact]
    public void A_crash_loop_shows_the_numbers_and_how_the_container_ended()
    {
        var health = Judge("crash-loop", RecordedCluster.Moment);

        var row = health.Resources.Single(r => r.Id.Kind == "Deployment");
        row.Message.Should().StartWith("0/1 replicas available; pod crash-7b59ffffd-f6jsd, container app: CrashLoopBackOff");
        row.Status.Should().Be(RowStatus.Degraded);
        health.Resources.Should().Contain(r => r.Id.Kind == "Pod" && r.Id.Name == "crash-7b59ffffd-f6jsd");
        var finding = health.Findings.Should().ContainSingle().Subject;
        (finding.Container, finding.ContainerType, finding.ExitCode, finding.Restarts).Should().Be(("app", ContainerType.App, 3, 7));
        finding.Message.Should().Contain("exit code 3");
    }

    [Fact]
    public void A_container_that_cannot_be_started_says_why()
    {
        var health = Judge("run-error", RecordedCluster.Moment);

        health.Findings.Should().Contain(f => f.Condition == "CrashLoopBackOff" && f.Message.Contains("/no/such/binary"));
    }

    [Fact]
    public void An_init_container_is_named_as_such()
    {
        var finding = Judge("init-crash", RecordedCluster.Moment).Findings.Single(f => f.Condition == "CrashLoopBackOff");

        (finding.Container, finding.ContainerType).Should().Be(("migrate", ContainerType.Init));
    }

    [Fact]
    public void A_failed_job_fails_and_the_others_of_its_bundle_do_not()
    {
        var health = Judge("jobs", RecordedCluster.Moment);

        health.Resources.Where(r => r.Id.Kind != "Pod").Select(r => (r.Id.Name, r.Status)).Should().Equal(
            ("import-failed", RowStatus.Failing), ("nightly", RowStatus.Healthy), ("import-ok", RowStatus.Healthy));
    }

    [Fact]
    public void The_pods_of_a_failed_job_are_shown_for_an_hour()
    {
        Judge("jobs", RecordedCluster.Moment.AddMinutes(10)).Conditions.Should().Contain("PodFailed");
        Judge("jobs", RecordedCluster.Moment.AddMinutes(70)).Conditions.Should().Contain("JobFailed").And.NotContain("PodFailed");
    }

    [Fact]
    public void The_order_of_objects_and_events_does_not_matter()
    {
        var random = new Random(20261123);
        foreach (var scenario in Directory.GetFiles(Path.Combine(RepositoryRoot.Fixtures, "scenarios")).Select(f => Path.GetFileNameWithoutExtension(f)!))
        {
            var expected = Judge(scenario, RecordedCluster.Moment).ToWire(RecordedCluster.Moment);
            for (var round = 0; round < 5; round++)
            {
                var objects = RecordedCluster.Everything.ToArray();
                var events = RecordedCluster.Events.ToArray();
                random.Shuffle(objects);
                random.Shuffle(events);
                var target = RecordedCluster.Scenario(scenario);
                var resources = target.Resources.ToArray();
                random.Shuffle(resources);

                var health = Build.Evaluate(target with { Resources = resources }, new(objects, events), RecordedCluster.Moment);

                health.ToWire(RecordedCluster.Moment).Should().Be(expected, scenario);
            }
        }
    }

    private static DeploymentHealth Judge(string scenario, DateTimeOffset now) =>
        Build.Evaluate(RecordedCluster.Scenario(scenario), RecordedCluster.Snapshot, now);
}
