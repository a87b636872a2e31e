using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Pods;

/// <summary>When a container that crashed counts as crashing in a loop. Minutes count from the pod's creation.</summary>
public class CrashLoopTests
{
    [Theory]
    [InlineData("first end", 0, 1, false)]
    [InlineData("second end", 1, 1, true)]
    [InlineData("second end after an hour's run", 1, 60, false)]
    [InlineData("second end after a run of almost an hour", 1, 59.9, true)]
    public void A_container_that_ended_is_looping(string because, int restarts, double ranFor, bool looping)
    {
        var pod = APodWith(Ended(1, 1, 1 + ranFor), restarts: restarts);

        Conditions(pod, ranFor + 1).Contains("CrashLoopBackOff").Should().Be(looping, because);
    }

    [Theory]
    [InlineData("one restart", 1, 1, 1, false)]
    [InlineData("two restarts", 2, 1, 1, true)]
    [InlineData("just before ten minutes", 2, 1, 9.9, true)]
    [InlineData("ten minutes", 2, 1, 10, false)]
    [InlineData("ran eight minutes before, just before twice that", 2, 8, 15.9, true)]
    [InlineData("ran eight minutes before, twice that", 2, 8, 16, false)]
    [InlineData("ran 45 minutes before, just before the longest memory", 2, 45, 59.9, true)]
    [InlineData("ran 45 minutes before, the longest memory", 2, 45, 60, false)]
    [InlineData("ran an hour before", 2, 60, 1, false)]
    public void A_container_that_runs_again_is_looping(string because, int restarts, double ranBefore, double runsFor, bool looping)
    {
        var startedAt = ranBefore + 2;
        var pod = APodWith(Running(startedAt), Ended(1, 1, 1 + ranBefore), restarts, ready: true);

        Conditions(pod, startedAt + runsFor).Contains("CrashLoopBackOff").Should().Be(looping, because);
    }

    [Theory]
    [InlineData(null, null, 0, true)]
    [InlineData("Always", null, 0, true)]
    [InlineData("OnFailure", null, 0, false)]
    [InlineData("OnFailure", null, 1, true)]
    [InlineData("Never", null, 1, false)]
    [InlineData("Never", "Always", 0, true)]
    [InlineData("Always", "Never", 1, false)]
    [InlineData("Always", "OnFailure", 0, false)]
    public void An_end_is_a_crash_where_the_restart_policy_restarts_it(string? ofPod, string? ofContainer, int exitCode, bool crash)
    {
        var pod = APodWith(Ended(exitCode, 1, 2), restarts: 3);
        pod.Spec.RestartPolicy = ofPod;
        pod.Spec.Containers[0].RestartPolicy = ofContainer;

        Conditions(pod, 3).Contains("CrashLoopBackOff").Should().Be(crash);
    }

    [Theory]
    [InlineData("an init container that did its work", null, 0, false)]
    [InlineData("an init container that failed", null, 1, true)]
    [InlineData("a sidecar that ended", "Always", 0, true)]
    public void Init_containers_crash_by_error_and_sidecars_by_any_end(string because, string? policy, int exitCode, bool crash)
    {
        var pod = AStartingPod("PodInitializing");
        pod.Spec.InitContainers = [new() { Name = "init", RestartPolicy = policy }];
        pod.Status.InitContainerStatuses = [new() { Name = "init", RestartCount = 3, State = Ended(exitCode, 1, 2) }];

        Conditions(pod, 3).Contains("CrashLoopBackOff").Should().Be(crash, because);
    }

    [Fact]
    public void A_run_that_never_began_counts_as_no_time()
    {
        var never = new ContainerState { Terminated = new() { ExitCode = 128, StartedAt = DateTimeOffset.UnixEpoch, FinishedAt = At(1) } };

        Conditions(APodWith(never, restarts: 1), 2).Should().Contain("CrashLoopBackOff");
    }

    [Fact]
    public void A_container_between_two_runs_stays_degraded_whatever_it_waits_for()
    {
        Conditions(APodWith(Waiting("ContainerCreating"), Ended(1, 1, 2), restarts: 2), 3).Should().Contain("CrashLoopBackOff");
        Conditions(APodWith(Waiting("ContainerCreating"), Ended(255, 1, 200), restarts: 2), 201).Should().NotContain("CrashLoopBackOff");
    }

    [Fact]
    public void A_crash_after_an_hours_run_is_told_alike_while_it_ends_waits_and_runs_again()
    {
        var end = Ended(1, 1, 61);

        Conditions(APodWith(end, restarts: 4), 61).Should().Contain("Restarted").And.NotContain("CrashLoopBackOff");
        Conditions(APodWith(Waiting("CrashLoopBackOff"), end, restarts: 4), 61).Should().Contain("Restarted").And.NotContain("CrashLoopBackOff");
        Conditions(APodWith(Running(62), end, restarts: 5, ready: true), 62).Should().Equal("Restarted");
    }

    [Fact]
    public void A_first_crash_is_shown_and_hurts_nobody()
    {
        var health = JudgeFirst(3, APodWith(Running(2), Ended(1, 1, 2), restarts: 1, ready: true));

        (health.Status, health.Resources[0].Status).Should().Be((OverallStatus.Healthy, RowStatus.Healthy));
        health.Conditions.Should().Equal("Restarted");
    }

    [Fact]
    public void A_container_that_runs_for_the_first_time_has_not_restarted() => Conditions(APod(), 3).Should().BeEmpty();

    private static IReadOnlyList<string> Conditions(Pod pod, double minutes) => JudgeFirst(minutes, pod).Conditions;
}
