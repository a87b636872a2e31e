using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Kinds;

/// <summary>What workloads say of themselves, beside pods that are all ready.</summary>
public class WorkloadRuleTests
{
    [Theory]
    [InlineData("all available", 3, 3, 3, 3, "")]
    [InlineData("not all updated", 3, 3, 2, 3, "Progressing")]
    [InlineData("old ones left", 3, 4, 3, 3, "Progressing")]
    [InlineData("not all available", 3, 3, 3, 2, "Progressing")]
    [InlineData("scaled to zero", 0, 0, 0, 0, "")]
    public void A_deployment_rolls_out(string because, int wanted, int replicas, int updated, int available, string conditions)
    {
        var deployment = ADeployment(replicas: wanted, uid: "d");
        deployment.Status = new() { ObservedGeneration = 1, Replicas = replicas, UpdatedReplicas = updated, AvailableReplicas = available };

        var health = JudgeFirst(600, [deployment, AReplicaSet(uid: "rs", owner: "d", replicas: wanted), .. Pods(wanted, "rs")]);

        Expect(health, conditions, OverallStatus.Healthy, conditions.Length > 0 ? RowStatus.Progressing : RowStatus.Healthy, because);
        health.Resources[0].Message.Should().Be($"{available}/{wanted} replicas available");
    }

    [Fact]
    public void A_deployment_that_misses_its_deadline_is_degraded()
    {
        var deployment = ADeployment(replicas: 2, available: 1, uid: "d");
        deployment.Status.Conditions = [ACondition("Progressing", "False", "ProgressDeadlineExceeded", at: 10, message: "too slow")];

        var health = JudgeFirst(10, [deployment, AReplicaSet(uid: "rs", owner: "d"), .. Pods(2, "rs")]);

        Expect(health, "ProgressDeadlineExceeded", OverallStatus.Degraded, RowStatus.Degraded);
        (health.Findings[0].Since, health.Findings[0].Message).Should().Be((At(10), "too slow"));
    }

    [Fact]
    public void A_paused_deployment_is_suspended_and_its_pods_still_count()
    {
        var deployment = ADeployment(replicas: 2, uid: "d");
        deployment.Spec.Paused = true;
        var set = AReplicaSet(uid: "rs", owner: "d");

        Expect(JudgeFirst(600, [deployment, set, .. Pods(2, "rs")]), "Suspended", OverallStatus.Healthy, RowStatus.Suspended);
        Expect(JudgeFirst(600, deployment, set, APodWith(Waiting("ErrImagePull"), owner: "rs"), APod("b", "rs")), "ErrImagePull Suspended",
            OverallStatus.Degraded, RowStatus.Degraded);
        JudgeFirst(600, deployment, set).Status.Should().Be(OverallStatus.Failing);
        JudgeFirst(600, [deployment, set, .. Pods(2, "rs")]).Resources[0].IsReady.Should().BeTrue();
    }

    [Theory]
    [InlineData(64.9, false)]
    [InlineData(65, true)]
    public void A_controller_that_does_not_follow_has_five_minutes_and_its_counters_are_not_believed(double minutes, bool late)
    {
        var deployment = ADeployment(replicas: 2, available: 0, uid: "d");
        (deployment.Metadata.Generation, deployment.Status.ObservedGeneration) = (2, 1);
        deployment.Metadata.ManagedFields = [new() { Time = At(60) }, new() { Time = At(64), Subresource = "status" }];

        var health = JudgeFirst(minutes, [deployment, AReplicaSet(uid: "rs", owner: "d"), .. Pods(2, "rs")]);

        Expect(health, "Progressing", late ? OverallStatus.Degraded : OverallStatus.Healthy, late ? RowStatus.Degraded : RowStatus.Progressing);
        health.Findings.Should().ContainSingle().Which.Message.Should().Contain("generation 1 of 2");
    }

    [Fact]
    public void No_counter_is_believed_while_the_controller_lags()
    {
        foreach (var lagging in new[] { AStatefulSet(replicas: 1, ready: 0), ADaemonSet(desired: 1, available: 0), AReplicaSet(available: 0) })
        {
            (lagging.Metadata.Generation, lagging.Status.ObservedGeneration) = (2, 1);

            var health = JudgeFirst(600, lagging, APod("db-0", lagging.Metadata.Uid));

            health.Findings.Should().ContainSingle().Which.Message.Should().Contain("generation", lagging.Kind);
        }
    }

    [Fact]
    public void A_lag_without_managed_fields_begins_when_the_agent_saw_it()
    {
        var deployment = ADeployment(uid: "d");
        (deployment.Metadata.Generation, deployment.Status.ObservedGeneration) = (2, 1);
        KubeObject[] objects = [deployment, AReplicaSet(uid: "rs", owner: "d"), APod(owner: "rs")];

        JudgeFirst(600, objects).Status.Should().Be(OverallStatus.Healthy, "without a start it stays pending");
        deployment.GenerationSeenAt = At(100);
        JudgeFirst(104.9, objects).Status.Should().Be(OverallStatus.Healthy);
        JudgeFirst(105, objects).Status.Should().Be(OverallStatus.Degraded);
    }

    [Theory]
    [InlineData("its controller never wrote a status", null, nameof(RowStatus.Progressing))]
    [InlineData("the same", 2L, nameof(RowStatus.Healthy))]
    [InlineData("ahead of a restored object", 3L, nameof(RowStatus.Progressing))]
    public void A_generation_lags_where_the_controller_has_not_seen_it(string because, long? observed, string row)
    {
        var deployment = ADeployment(uid: "d");
        (deployment.Metadata.Generation, deployment.Status.ObservedGeneration) = (2, observed);

        JudgeFirst(1, deployment, AReplicaSet(uid: "rs", owner: "d"), APod(owner: "rs")).Resources[0].Status.ToString().Should().Be(row, because);
    }

    [Fact]
    public void A_workload_without_a_status_is_late_five_minutes_after_its_creation()
    {
        var deployment = ADeployment(replicas: 0, uid: "d");
        deployment.Status = new();

        JudgeFirst(4.9, deployment).Status.Should().Be(OverallStatus.Healthy);
        JudgeFirst(5, deployment).Status.Should().Be(OverallStatus.Degraded);
    }

    [Fact]
    public void A_rollout_that_its_controller_cannot_begin_is_degraded_for_that_reason()
    {
        var deployment = ADeployment(uid: "d");
        deployment.Status.Conditions = [ACondition("Progressing", "False", "ReplicaSetCreateError", message: "no quota")];

        var health = JudgeFirst(1, deployment, AReplicaSet(uid: "rs", owner: "d"), APod(owner: "rs"));

        Expect(health, "ReplicaSetCreateError", OverallStatus.Degraded, RowStatus.Degraded);
    }

    [Fact]
    public void A_paused_deployment_is_suspended_even_in_the_middle_of_a_rollout()
    {
        var deployment = ADeployment(replicas: 2, available: 1, uid: "d");
        deployment.Spec.Paused = true;

        var health = JudgeFirst(600, [deployment, AReplicaSet(uid: "rs", owner: "d"), .. Pods(2, "rs")]);

        Expect(health, "Progressing Suspended", OverallStatus.Healthy, RowStatus.Suspended);
    }

    [Theory]
    [InlineData("all ready", 2, 2, 0, 2, 0, null, "2", "")]
    [InlineData("one not ready", 2, 1, 0, 2, 0, null, "1", "Progressing")]
    [InlineData("available says more than ready", 2, 0, 2, 2, 0, null, "1", "")]
    [InlineData("surplus", 3, 2, 0, 2, 0, null, "1", "Progressing")]
    [InlineData("rolling out", 2, 2, 0, 1, 0, null, "2", "Progressing")]
    [InlineData("rolled out to the partition", 2, 2, 0, 1, 1, null, "2", "")]
    [InlineData("the same revision", 2, 2, 0, 0, 0, null, "1", "")]
    [InlineData("updates wait for deletion", 2, 2, 0, 0, 0, "OnDelete", "2", "")]
    [InlineData("updates wait for deletion, one not ready", 2, 1, 0, 0, 0, "OnDelete", "2", "Progressing")]
    public void A_stateful_set_rolls_out(
        string because, int replicas, int ready, int available, int updated, int partition, string? strategy, string revision, string conditions)
    {
        var set = AStatefulSet();
        set.Spec.UpdateStrategy = new() { Type = strategy, RollingUpdate = new() { Partition = partition } };
        set.Status = new()
        {
            ObservedGeneration = 1,
            Replicas = replicas,
            ReadyReplicas = ready,
            AvailableReplicas = available,
            UpdatedReplicas = updated,
            CurrentRevision = "1",
            UpdateRevision = revision
        };

        var health = JudgeFirst(600, [set, .. Members("db", 2)]);

        Expect(health, conditions, OverallStatus.Healthy, conditions.Length > 0 ? RowStatus.Progressing : RowStatus.Healthy, because);
    }

    [Theory]
    [InlineData("all there", 2, 2, 2, null, "")]
    [InlineData("one not scheduled", 1, 2, 2, null, "Progressing")]
    [InlineData("one not updated", 2, 1, 2, null, "Progressing")]
    [InlineData("one not updated, updates wait for deletion", 2, 1, 2, "OnDelete", "")]
    [InlineData("one not available", 2, 2, 1, null, "Progressing")]
    [InlineData("one not available, updates wait for deletion", 2, 2, 1, "OnDelete", "Progressing")]
    public void A_daemon_set_rolls_out(string because, int scheduled, int updated, int available, string? strategy, string conditions)
    {
        var set = ADaemonSet();
        set.Spec.UpdateStrategy = new() { Type = strategy };
        (set.Status.CurrentNumberScheduled, set.Status.UpdatedNumberScheduled, set.Status.NumberAvailable) = (scheduled, updated, available);

        var health = JudgeFirst(600, [set, .. Pods(2, "uid-agent")]);

        Expect(health, conditions, OverallStatus.Healthy, conditions.Length > 0 ? RowStatus.Progressing : RowStatus.Healthy, because);
        health.Pods.Should().Be(new PodCount(2, 2));
    }

    [Theory]
    [InlineData("apps/v1", "ReplicaSet")]
    [InlineData("v1", "ReplicationController")]
    public void A_replica_set_is_on_its_way_until_all_are_available(string apiVersion, string kind)
    {
        var set = AWorkload(apiVersion, kind, "web", "rs");
        set.Spec.Replicas = 2;
        set.Status.AvailableReplicas = 1;
        Expect(JudgeFirst(600, [set, .. Pods(2, "rs")]), "Progressing", OverallStatus.Healthy, RowStatus.Progressing);

        set.Status.AvailableReplicas = 2;
        Expect(JudgeFirst(600, [set, .. Pods(2, "rs")]), "", OverallStatus.Healthy, RowStatus.Healthy);
    }

    [Theory]
    [InlineData(4.9, false)]
    [InlineData(5, true)]
    public void A_resource_that_is_being_deleted_is_judged_by_nothing_else(double minutesAfter, bool late)
    {
        var deployment = ADeployment(replicas: 3, available: 0);
        deployment.Metadata.DeletionTimestamp = At(100);
        deployment.Metadata.Finalizers = ["example.com/backup"];

        var health = JudgeFirst(100 + minutesAfter, deployment);

        Expect(health, "Terminating", late ? OverallStatus.Degraded : OverallStatus.Healthy, late ? RowStatus.Degraded : RowStatus.Progressing);
        health.Resources[0].Message.Should().Contain("example.com/backup");
        health.Pods.Total.Should().Be(0);
    }

    [Fact]
    public void Other_kinds_are_healthy_as_soon_as_they_exist_and_can_be_stuck_in_deletion()
    {
        var config = new KubeObject { ApiVersion = "v1", Kind = "ConfigMap", Metadata = new() { Name = "c", Namespace = "shop", Uid = "c" } };
        Expect(JudgeFirst(0, config), "", OverallStatus.Healthy, RowStatus.Healthy);

        config.Metadata.DeletionTimestamp = At(0);
        Expect(JudgeFirst(5, config), "Terminating", OverallStatus.Degraded, RowStatus.Degraded);
    }

    private static Pod[] Pods(int count, string owner) => [.. Enumerable.Range(0, count).Select(i => APod($"p-{i}", owner))];

    private static Pod[] Members(string set, int count) => [.. Enumerable.Range(0, count).Select(i => APod($"{set}-{i}", $"uid-{set}"))];

    private static void Expect(DeploymentHealth health, string conditions, OverallStatus status, RowStatus row, string because = "")
    {
        string.Join(' ', health.Conditions).Should().Be(conditions, because);
        health.Status.Should().Be(status, because);
        health.Resources[0].Status.Should().Be(row, because);
    }
}
