using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Pods;

/// <summary>What containers wait for, and how long an OOM kill is remembered.</summary>
public class ContainerRuleTests
{
    [Theory]
    [InlineData("ImagePullBackOff")]
    [InlineData("ErrImagePull")]
    [InlineData("CrashLoopBackOff")]
    [InlineData("CreateContainerConfigError")]
    [InlineData("InvalidImageName")]
    [InlineData("CreateContainerError")]
    [InlineData("RunContainerError")]
    [InlineData("ErrImageNeverPull")]
    [InlineData("ImageInspectError")]
    [InlineData("RegistryUnavailable")]
    [InlineData("SignatureValidationFailed")]
    [InlineData("PreCreateHookError")]
    [InlineData("PreStartHookError")]
    [InlineData("PostStartHookError")]
    [InlineData("ErrSomethingNew")]
    [InlineData("SomethingNewError")]
    [InlineData("SomethingNewBackOff")]
    public void A_container_that_waits_because_of_an_error_is_degraded_at_once(string reason)
    {
        var health = JudgeFirst(0, AStartingPod(reason));

        health.Status.Should().Be(OverallStatus.Degraded);
        health.Conditions.Should().Equal(reason);
        health.Resources.Should().ContainSingle().Which.Status.Should().Be(RowStatus.Degraded);
    }

    [Theory]
    [InlineData("ContainerCreating")]
    [InlineData("WaitForError2")]
    [InlineData("NoErrorAtAll")]
    public void Other_reasons_are_no_error(string reason) => JudgeFirst(0, AStartingPod(reason)).Status.Should().Be(OverallStatus.Healthy);

    [Fact]
    public void An_init_container_is_judged_like_an_app_container()
    {
        var pod = AStartingPod("PodInitializing");
        pod.Status.InitContainerStatuses = [new() { Name = "init", State = Waiting("ImagePullBackOff") }];

        JudgeFirst(0, pod).Conditions.Should().Equal("ImagePullBackOff");
    }

    [Theory]
    [InlineData("Failed", "PodFailed")]
    [InlineData("Succeeded", "")]
    public void Containers_of_a_pod_that_has_ended_are_not_judged(string phase, string conditions)
    {
        var health = JudgeFirst(1, APodWith(Waiting("ImagePullBackOff"), Ended(137, 0, 1, "OOMKilled"), restarts: 5, phase: phase));

        string.Join(' ', health.Conditions).Should().Be(conditions);
    }

    [Theory]
    [InlineData("just after", 1, true, true)]
    [InlineData("just before the window ends", 60.9, true, true)]
    [InlineData("window over and ready", 61, true, false)]
    [InlineData("window over and not ready", 61, false, true)]
    public void An_oom_kill_lapses_when_the_window_is_over_and_the_container_is_ready(string because, double minutes, bool ready, bool remembered)
    {
        var pod = APodWith(Running(1.5), Ended(137, 0.5, 1, "OOMKilled"), restarts: 1, ready: ready);

        JudgeFirst(minutes, pod).Conditions.Contains("OOMKilled").Should().Be(remembered, because);
    }

    [Fact]
    public void The_window_of_an_oom_kill_is_the_operators_choice()
    {
        var pod = APodWith(Running(1.5), Ended(137, 0.5, 1, "OOMKilled"), restarts: 1, ready: true);

        Build.Evaluate(ATarget(pod), new([pod], []), At(7), new(new() { OomWindowMinutes = 5 })).Conditions.Should().NotContain("OOMKilled");
    }

    [Fact]
    public void An_oom_kill_that_has_just_happened_says_how_it_ended()
    {
        var finding = JudgeFirst(2, APodWith(Ended(137, 0, 1, "OOMKilled"))).Findings.Single(f => f.Condition == "OOMKilled");

        (finding.ExitCode, finding.Since, finding.Severity).Should().Be((137, At(1), Severity.Degraded));
    }

    [Fact]
    public void Why_an_image_cannot_be_pulled_comes_from_the_event_where_the_container_does_not_say()
    {
        var pod = APodWith(Waiting("ImagePullBackOff", "Back-off pulling image \"shop:1\""), phase: "Pending");
        KubeEvent[] events =
        [
            AnEvent(pod, "Failed", "Failed to pull image \"shop:1\": not found", at: 1),
            AnEvent(pod, "Failed", "Failed to pull image \"shop:1\": unauthorized", at: 2),
            AnEvent(pod, "Failed", "Error: ImagePullBackOff", at: 3),
            AnEvent(pod, "Failed", "Failed to pull image \"other:1\": not this container", at: 3),
        ];
        events[^1].InvolvedObject.FieldPath = "spec.containers{other}";
        events[1].InvolvedObject.FieldPath = "spec.containers{app}";

        var health = Build.Evaluate(ATarget(pod), new([pod], events), At(4));

        health.Findings.Single().Message.Should().Contain("unauthorized");
    }

    [Fact]
    public void The_start_of_what_a_container_waits_for_is_that_of_its_pod_being_unready()
    {
        var pod = AStartingPod("ImagePullBackOff");
        pod.Status.Find("Ready")!.LastTransitionTime = At(2);

        JudgeFirst(3, pod).Findings.Single().Since.Should().Be(At(2));
    }
}
