using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Pods;

/// <summary>What is pending about a pod, and when patience ends.</summary>
public class PodRuleTests
{
    [Theory]
    [InlineData("ContainerCreating", 4.99, false)]
    [InlineData("ContainerCreating", 5, true)]
    [InlineData("PodInitializing", 4.99, false)]
    [InlineData("PodInitializing", 5, true)]
    public void A_pod_that_is_being_prepared_has_five_minutes(string reason, double minutes, bool late) =>
        Expect(JudgeFirst(minutes, AStartingPod(reason)), reason, late);

    [Theory]
    [InlineData(4.99, false)]
    [InlineData(5, true)]
    public void A_pod_that_nobody_has_looked_at_yet_has_five_minutes(double minutes, bool late)
    {
        var pod = APod();
        pod.Status = new();

        Expect(JudgeFirst(minutes, pod), "Pending", late);
    }

    [Fact]
    public void Being_prepared_begins_when_the_pod_gets_its_node()
    {
        var pod = AStartingPod("ContainerCreating");
        pod.Status.Find("PodScheduled")!.LastTransitionTime = At(20);

        Expect(JudgeFirst(24, pod), "ContainerCreating", late: false);
        Expect(JudgeFirst(25, pod), "ContainerCreating", late: true);
    }

    [Theory]
    [InlineData(18.9, false)]
    [InlineData(19, true)]
    public void An_init_container_may_run_for_fifteen_minutes(double minutes, bool late)
    {
        var pod = AStartingPod("PodInitializing");
        pod.Status.InitContainerStatuses = [new() { Name = "migrate", State = Running(4) }];

        Expect(JudgeFirst(minutes, pod), "PodInitializing", late);
    }

    [Fact]
    public void After_a_long_init_container_the_next_step_gets_its_own_time()
    {
        var pod = AStartingPod("PodInitializing");
        pod.Status.InitContainerStatuses = [new() { Name = "migrate", Ready = true, State = Ended(0, 1, 14, "Completed") }];

        Expect(JudgeFirst(18, pod), "PodInitializing", late: false);
        Expect(JudgeFirst(19, pod), "PodInitializing", late: true);
    }

    [Fact]
    public void An_init_container_that_succeeded_at_its_second_try_leaves_the_next_step_its_time()
    {
        var pod = AStartingPod("PodInitializing");
        pod.Status.InitContainerStatuses =
            [new() { Name = "migrate", Ready = true, RestartCount = 1, State = Ended(0, 13, 14, "Completed"), LastState = Ended(1, 1, 12) }];

        Expect(JudgeFirst(18, pod), "PodInitializing", late: false);
        Expect(JudgeFirst(19, pod), "PodInitializing", late: true);
    }

    [Fact]
    public void A_sidecar_that_has_started_is_not_what_the_pod_waits_for()
    {
        var pod = AStartingPod("PodInitializing");
        pod.Spec.InitContainers = [new() { Name = "proxy", RestartPolicy = "Always" }];
        pod.Status.InitContainerStatuses = [new() { Name = "proxy", Ready = true, Started = true, State = Running(1) }];

        Expect(JudgeFirst(6, pod), "PodInitializing", late: true);
    }

    [Theory]
    [InlineData("FailedMount")]
    [InlineData("FailedAttachVolume")]
    [InlineData("FailedCreatePodSandBox")]
    public void Trouble_on_the_node_is_told_after_two_minutes(string reason)
    {
        var pod = AStartingPod("ContainerCreating");
        var trouble = AnEvent(pod, reason, "secret \"tls\" not found", at: 1.5, first: 0.5);

        var early = Build.Evaluate(ATarget(pod), new([pod], [trouble]), At(2.4));
        var late = Build.Evaluate(ATarget(pod), new([pod], [trouble]), At(2.5));

        early.Status.Should().Be(OverallStatus.Healthy);
        early.Conditions.Should().Equal("ContainerCreating", reason);
        late.Status.Should().Be(OverallStatus.Degraded);
        late.Findings[0].Message.Should().Contain("tls");
    }

    [Fact]
    public void Trouble_on_the_node_that_is_over_is_not_told()
    {
        var pod = AStartingPod("ContainerCreating");
        KubeEvent[] events = [AnEvent(pod, "FailedMount", at: 1), AnEvent(pod, "Pulling", at: 1.2)];

        Build.Evaluate(ATarget(pod), new([pod], events), At(4)).Conditions.Should().Equal("ContainerCreating");
    }

    [Theory]
    [InlineData(4.99, false)]
    [InlineData(5, true)]
    public void A_pod_without_a_place_has_five_minutes(double minutes, bool late)
    {
        var health = JudgeFirst(minutes, AnUnscheduledPod());

        Expect(health, "Unschedulable", late);
        health.Conditions.Should().Equal("Pending", "Unschedulable");
    }

    [Fact]
    public void A_gated_pod_waits_as_long_as_its_gates_are_there()
    {
        var pod = AnUnscheduledPod("SchedulingGated");
        pod.Spec.SchedulingGates = [new() { Name = "quota" }];

        var health = JudgeFirst(600, pod);

        (health.Status, health.Resources[0].Status).Should().Be((OverallStatus.Healthy, RowStatus.Progressing));
        health.Conditions.Should().Equal("Pending", "SchedulingGated");
    }

    [Fact]
    public void Pending_begins_anew_when_the_last_gate_goes()
    {
        var pod = AnUnscheduledPod();
        pod.Metadata.ManagedFields = [new() { Time = At(0) }, new() { Time = At(100) }, new() { Time = At(200), Subresource = "status" }];

        Expect(JudgeFirst(104, pod), "Pending", late: false);
        Expect(JudgeFirst(105, pod), "Pending", late: true);
    }

    [Theory]
    [InlineData("plain", null, null, 0, 5)]
    [InlineData("quick probe", null, 3, 0, 5)]
    [InlineData("slow readiness probe", null, 100, 0, 16.6666)]
    [InlineData("startup and readiness probe", 200, 100, 0, 50)]
    [InlineData("and the time to stay ready", 200, 100, 120, 52)]
    public void A_pod_that_is_not_ready_has_as_long_as_its_probes_ask_for(string because, int? startup, int? readiness, int minReadySeconds, double minutes)
    {
        var set = AReplicaSet(uid: "rs");
        set.Spec.MinReadySeconds = minReadySeconds;
        var pod = APod(owner: "rs", ready: false);
        pod.Spec.Containers[0].ReadinessProbe = readiness is { } r ? new() { FailureThreshold = r, PeriodSeconds = 10 } : null;
        pod.Spec.Containers[0].StartupProbe = startup is { } s ? new() { FailureThreshold = s, PeriodSeconds = 10 } : null;
        set.Spec.Template = new() { Spec = new() { Containers = pod.Spec.Containers } };

        JudgeFirst(minutes - 0.1, set, pod).Status.Should().Be(OverallStatus.Healthy, because);
        JudgeFirst(minutes + 0.1, set, pod).Status.Should().Be(OverallStatus.Degraded, because);
    }

    [Fact]
    public void Absurd_probes_do_no_harm()
    {
        var pod = APod(ready: false);
        pod.Spec.Containers[0].ReadinessProbe = new() { InitialDelaySeconds = int.MaxValue, FailureThreshold = int.MaxValue, PeriodSeconds = int.MaxValue };

        Expect(JudgeFirst(60, pod), "NotReady", late: false);
    }

    [Fact]
    public void Not_ready_begins_with_the_latest_of_its_causes()
    {
        var pod = APod(ready: false);
        pod.Status.Find("Ready")!.LastTransitionTime = At(1);
        pod.Status.Find("Initialized")!.LastTransitionTime = At(10);
        JudgeFirst(20, pod).Findings.Single().Since.Should().Be(At(10));

        pod.Status.ContainerStatuses[0].State = Running(12);
        JudgeFirst(20, pod).Findings.Single().Since.Should().Be(At(12));

        pod.Status.ContainerStatuses[0].RestartCount = 1;
        JudgeFirst(20, pod).Findings.Single().Since.Should().Be(At(10), "a container that restarted is not ready for longer than it runs");
    }

    [Fact]
    public void A_pod_that_is_not_ready_says_what_its_probe_says()
    {
        var pod = APod(ready: false);
        KubeEvent[] events = [AnEvent(pod, "Unhealthy", "Readiness probe failed: 500", at: 2), AnEvent(pod, "Unhealthy", "Readiness probe failed: 503", at: 3)];

        Build.Evaluate(ATarget(pod), new([pod], events), At(4)).Findings.Single().Message.Should().Contain("503");
    }

    [Fact]
    public void A_pod_whose_other_container_has_done_its_work_is_not_accused_of_being_unready()
    {
        var pod = APod(ready: false);
        pod.Spec.RestartPolicy = "Never";
        pod.Status.ContainerStatuses = [new() { Name = "app", Ready = true, State = Running(0) }, new() { Name = "done", State = Ended(0, 0, 1, "Completed") }];

        JudgeFirst(60, pod).Conditions.Should().BeEmpty();
    }

    [Theory]
    [InlineData(null, "PodFailed")]
    [InlineData("Evicted", "Evicted")]
    public void A_pod_that_nobody_replaces_fails(string? reason, string condition)
    {
        var pod = APodWith(Ended(1, 0, 1), phase: "Failed");
        pod.Status.Reason = reason;

        var health = JudgeFirst(200, pod);

        (health.Status, health.Resources[0].Status, health.Pods).Should().Be((OverallStatus.Failing, RowStatus.Failing, new PodCount(0, 1)));
        health.Conditions.Should().Equal(condition);
    }

    [Theory]
    [InlineData(60.9, "PodFailed")]
    [InlineData(61, "")]
    public void A_failed_pod_that_was_replaced_is_shown_for_an_hour(double minutes, string conditions)
    {
        var failed = APodWith(Ended(1, 0, 1), phase: "Failed", owner: "rs");
        var health = JudgeFirst(minutes, AReplicaSet(uid: "rs"), failed, APod("web-1-b", owner: "rs"));

        health.Status.Should().Be(OverallStatus.Healthy);
        string.Join(' ', health.Conditions).Should().Be(conditions);
        health.Pods.Should().Be(new PodCount(1, 1));
    }

    [Fact]
    public void A_pod_whose_work_is_done_asks_for_nothing()
    {
        var health = JudgeFirst(60, APodWith(Ended(0, 0, 1, "Completed"), phase: "Succeeded"));

        (health.Status, health.Pods).Should().Be((OverallStatus.Healthy, new PodCount(0, 0)));
    }

    [Theory]
    [InlineData(4.99, false)]
    [InlineData(5, true)]
    public void A_pod_of_a_lost_node_has_five_minutes(double minutes, bool late)
    {
        var byPhase = APod();
        byPhase.Status.Phase = "Unknown";
        var byReason = APod();
        byReason.Status.Reason = "NodeLost";
        var byNode = APod();
        byNode.Spec.NodeName = "n1";
        var node = new Node
        {
            ApiVersion = "v1",
            Kind = "Node",
            Metadata = new() { Name = "n1", Uid = "n1" },
            Status = new() { Conditions = [ACondition("Ready", "Unknown")] }
        };
        byPhase.Status.Find("Ready")!.Status = byReason.Status.Find("Ready")!.Status = "False";

        Expect(JudgeFirst(minutes, byPhase), "NodeLost", late);
        Expect(JudgeFirst(minutes, byReason), "NodeLost", late);
        Expect(JudgeFirst(minutes, byNode, node), "NodeLost", late);
    }

    [Fact]
    public void A_pod_on_a_node_that_is_ready_is_fine()
    {
        var pod = APod();
        pod.Spec.NodeName = "n1";
        var node =
            new Node { ApiVersion = "v1", Kind = "Node", Metadata = new() { Name = "n1", Uid = "n1" }, Status = new() { Conditions = [ACondition("Ready")] } };

        JudgeFirst(60, pod, node).Conditions.Should().BeEmpty();
    }

    [Theory]
    [InlineData(14.99, false)]
    [InlineData(15, true)]
    public void A_pod_that_will_not_go_away_is_told_five_minutes_after_it_should_have(double minutes, bool stuck)
    {
        var leaving = APodWith(Waiting("CrashLoopBackOff"), restarts: 9, owner: "rs");
        leaving.Metadata.DeletionTimestamp = At(10);
        leaving.Metadata.Finalizers = ["example.com/hold"];

        var health = JudgeFirst(minutes, AReplicaSet(uid: "rs"), leaving, APod("web-1-b", owner: "rs"));

        health.Conditions.Should().BeEquivalentTo(stuck ? ["TerminatingStuck"] : Array.Empty<string>());
        health.Status.Should().Be(stuck ? OverallStatus.Degraded : OverallStatus.Healthy);
        health.Pods.Should().Be(new PodCount(1, 1), "a pod that is being deleted is in no total");
    }

    [Fact]
    public void A_pod_that_the_manifests_name_and_that_is_being_deleted_is_on_its_way_out()
    {
        var pod = APod();
        pod.Metadata.DeletionTimestamp = At(1);

        var health = JudgeFirst(2, pod);

        (health.Status, health.Resources.Single().Status, health.Pods.Total).Should().Be((OverallStatus.Healthy, RowStatus.Progressing, 0));
        health.Conditions.Should().BeEmpty();
    }

    [Fact]
    public void Pending_without_a_start_stays_pending()
    {
        var pod = AStartingPod("ContainerCreating");
        pod.Status.Find("PodScheduled")!.LastTransitionTime = null;

        Expect(JudgeFirst(600, pod), "ContainerCreating", late: false);
    }

    [Fact]
    public void Times_before_the_pods_creation_are_ignored()
    {
        var pod = AStartingPod("ContainerCreating");
        pod.Status.Find("PodScheduled")!.LastTransitionTime = DateTimeOffset.UnixEpoch;

        Expect(JudgeFirst(600, pod), "ContainerCreating", late: false);
    }

    private static void Expect(DeploymentHealth health, string condition, bool late)
    {
        health.Conditions.Should().Contain(condition);
        health.Status.Should().Be(late ? OverallStatus.Degraded : OverallStatus.Healthy);
        health.Resources[0].Status.Should().Be(late ? RowStatus.Degraded : RowStatus.Progressing);
    }
}
