using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Kinds;

/// <summary>Resources and pods that are not there, and kinds the agent cannot read.</summary>
public class AbsenceTests
{
    [Theory]
    [InlineData("apps/v1", "Deployment", nameof(OverallStatus.Failing))]
    [InlineData("apps/v1", "StatefulSet", nameof(OverallStatus.Failing))]
    [InlineData("apps/v1", "DaemonSet", nameof(OverallStatus.Failing))]
    [InlineData("apps/v1", "ReplicaSet", nameof(OverallStatus.Failing))]
    [InlineData("v1", "ReplicationController", nameof(OverallStatus.Failing))]
    [InlineData("batch/v1", "Job", nameof(OverallStatus.Failing))]
    [InlineData("batch/v1", "CronJob", nameof(OverallStatus.Failing))]
    [InlineData("v1", "Pod", nameof(OverallStatus.Failing))]
    [InlineData("v1", "ConfigMap", nameof(OverallStatus.Degraded))]
    [InlineData("example.com/v1", "Widget", nameof(OverallStatus.Degraded))]
    public void A_resource_that_does_not_exist_has_a_minute(string apiVersion, string kind, string status)
    {
        var target = ATarget($"{{apiVersion: {apiVersion}, kind: {kind}, metadata: {{name: x}}}}");

        Judge(target, 0.99).Status.Should().Be(OverallStatus.Healthy);
        Judge(target, 0.99).Resources.Should().ContainSingle().Which.Status.Should().Be(RowStatus.Progressing);
        var health = Judge(target, 1);
        health.Status.ToString().Should().Be(status);
        health.Conditions.Should().Equal("ResourceMissing");
        health.Findings[0].Since.Should().Be(target.SubmittedAt);
        health.Pods.Total.Should().Be(kind == "Pod" ? 1 : 0);
    }

    [Fact]
    public void A_job_that_removes_itself_is_not_missed() =>
        Judge(ATarget("{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {ttlSecondsAfterFinished: 0}}"), 600).Status.Should()
            .Be(OverallStatus.Healthy);

    [Theory]
    [InlineData(0.99, nameof(OverallStatus.Healthy))]
    [InlineData(1, nameof(OverallStatus.Degraded))]
    public void A_kind_that_is_not_served_has_a_minute(double minutes, string status)
    {
        var health = JudgeWith("{apiVersion: example.com/v1, kind: Widget, metadata: {name: x}}", minutes, ("example.com", "Widget", KindAccess.NotServed));

        health.Status.ToString().Should().Be(status);
        health.Conditions.Should().Equal("KindNotServed");
    }

    [Theory]
    [InlineData(nameof(KindAccess.Forbidden))]
    [InlineData(nameof(KindAccess.Unavailable))]
    public void A_resource_that_cannot_be_read_makes_its_own_deployment_object_unknown(string access)
    {
        var health = JudgeWith("{apiVersion: v1, kind: Secret, metadata: {name: x}}", 600, ("", "Secret", Enum.Parse<KindAccess>(access)));

        (health.Status, health.Resources[0].Status).Should().Be((OverallStatus.Unknown, RowStatus.Unknown));
        health.Conditions.Should().Equal(access);
        health.ToWire(At(600)).Summary.Findings[0].Severity.Should().Be(Wire.HealthStatus.Types.Word.Unknown);
    }

    [Theory]
    [InlineData(nameof(KindAccess.Forbidden), nameof(OverallStatus.Healthy))]
    [InlineData(nameof(KindAccess.Unavailable), nameof(OverallStatus.Unknown))]
    public void What_the_agent_has_no_right_to_read_is_left_out_where_something_else_decides(string access, string status)
    {
        const string Yaml = """
            {apiVersion: v1, kind: Secret, metadata: {name: x}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop}}
            """;
        var config = AConfigMap();

        var health = JudgeWith(Yaml, 600, ("", "Secret", Enum.Parse<KindAccess>(access)), config);

        health.Status.ToString().Should().Be(status);
        health.Resources[0].Status.Should().Be(RowStatus.Unknown);
        health.ToWire(At(600)).Summary.Findings[0].Severity.Should().Be(Wire.HealthStatus.Types.Word.Unknown);
    }

    [Theory]
    [InlineData("v1", "Secret", nameof(OverallStatus.Healthy))]
    [InlineData("rbac.authorization.k8s.io/v1", "Role", nameof(OverallStatus.Healthy))]
    [InlineData("v1", "Service", nameof(OverallStatus.Unknown))]
    [InlineData("apps/v1", "Deployment", nameof(OverallStatus.Unknown))]
    [InlineData("example.com/v1", "Widget", nameof(OverallStatus.Unknown))]
    public void Only_kinds_that_merely_have_to_exist_are_left_out(string apiVersion, string kind, string status)
    {
        var manifests = $"{{apiVersion: {apiVersion}, kind: {kind}, metadata: {{name: x, namespace: shop}}}}\n---\n"
            + "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop}}";

        var health = JudgeWith(manifests, 600, (ResourceId.GroupOf(apiVersion), kind, KindAccess.Forbidden), AConfigMap());

        health.Status.ToString().Should().Be(status);
        health.Conditions.Should().Equal("Forbidden");
    }

    [Fact]
    public void What_was_read_before_the_right_to_it_was_taken_away_is_not_believed()
    {
        var widget = AnObject("example.com/v1", "Widget", Status(C("Ready", "True")));
        var kinds = new Dictionary<KindId, KindReadability> { [new("example.com", "Widget")] = new(KindAccess.Forbidden) };

        var health = Build.Evaluate(ATarget(widget), new([widget], [], kinds), At(600));

        (health.Status, health.Resources[0].Status).Should().Be((OverallStatus.Unknown, RowStatus.Unknown));
        health.Conditions.Should().Equal("Forbidden");
    }

    [Theory]
    [InlineData("Deployment")]
    [InlineData("Pod")]
    public void An_object_that_is_not_as_its_kind_is_written_makes_its_deployment_object_unknown(string kind)
    {
        var deployment = ADeployment(uid: "d");
        var pod = new KubeObject { ApiVersion = "v1", Kind = "Pod", Metadata = APod(owner: "rs").Metadata, Unread = "odd" };
        var unread = new KubeObject { ApiVersion = "apps/v1", Kind = "Deployment", Metadata = deployment.Metadata, Unread = "odd" };

        var health = kind == "Pod"
            ? JudgeFirst(600, deployment, AReplicaSet(uid: "rs", owner: "d"), pod)
            : JudgeFirst(600, unread, AReplicaSet(uid: "rs", owner: "d"), APod(owner: "rs"));

        health.Status.Should().Be(OverallStatus.Unknown);
        health.Conditions.Should().Equal("Unavailable");
        health.Findings.Should().ContainSingle().Which.Message.Should().Contain("odd");
    }

    [Fact]
    public void A_right_that_lacks_in_one_namespace_hides_nothing_in_another()
    {
        var deployment = ADeployment(replicas: 3, uid: "d");
        var index = new ClusterIndex();
        index.Add(deployment);
        var readings = new ReadableKinds(
            [(new("", "Pod"), "shop", KindReadability.Readable), (new("", "Pod"), "other", new(KindAccess.Forbidden))]);

        var health = Build.Evaluate(ATarget(deployment), new(index, readings), At(600));

        (health.Status, health.Pods).Should().Be((OverallStatus.Failing, new PodCount(0, 3)));
        health.Conditions.Should().Equal("PodsMissing");
    }

    [Theory]
    [InlineData("", "Pod", nameof(KindAccess.Forbidden))]
    [InlineData("", "Pod", nameof(KindAccess.Unavailable))]
    [InlineData("apps", "ReplicaSet", nameof(KindAccess.Forbidden))]
    public void Without_a_view_of_its_pods_a_workload_is_unknown_rather_than_without_pods(string group, string kind, string access)
    {
        var deployment = ADeployment(replicas: 2);
        var kinds = new Dictionary<KindId, KindReadability> { [new(group, kind)] = new(Enum.Parse<KindAccess>(access)) };

        var health = Build.Evaluate(ATarget(deployment), new([deployment], [], kinds), At(600));

        health.Status.Should().Be(OverallStatus.Unknown);
        health.Conditions.Should().Equal(access);
    }

    [Fact]
    public void Pods_that_may_not_be_read_are_not_left_out_whatever_else_decides()
    {
        var deployment = ADeployment();
        var config = AConfigMap();
        var kinds = new Dictionary<KindId, KindReadability> { [new("", "Pod")] = new(KindAccess.Forbidden) };

        Build.Evaluate(ATarget(deployment, config), new([deployment, config], [], kinds), At(600)).Status.Should().Be(OverallStatus.Unknown);
    }

    [Fact]
    public void A_config_map_does_not_need_pods_to_be_readable()
    {
        var config = AConfigMap();
        var kinds = new Dictionary<KindId, KindReadability> { [new("", "Pod")] = new(KindAccess.Forbidden) };

        Build.Evaluate(ATarget(config), new([config], [], kinds), At(600)).Status.Should().Be(OverallStatus.Healthy);
    }

    [Fact]
    public void What_was_read_before_the_api_server_went_away_is_not_believed()
    {
        var config = AConfigMap();
        var kinds = new Dictionary<KindId, KindReadability> { [new("", "ConfigMap")] = new(KindAccess.Unavailable) };

        Build.Evaluate(ATarget(config), new([config], [], kinds), At(600)).Status.Should().Be(OverallStatus.Unknown);
    }

    [Theory]
    [InlineData(60.9, nameof(OverallStatus.Healthy))]
    [InlineData(61, nameof(OverallStatus.Failing))]
    public void A_workload_without_any_pod_has_a_minute_from_the_last_change(double minutes, string status)
    {
        var deployment = ADeployment(replicas: 2, available: 0);
        deployment.Metadata.ManagedFields =
            [new() { Time = At(0) }, new() { Time = At(60), Subresource = "scale" }, new() { Time = At(60.5), Subresource = "status" }];

        var health = JudgeFirst(minutes, deployment);

        health.Status.ToString().Should().Be(status);
        health.Conditions.Should().Contain("PodsMissing");
        health.Pods.Should().Be(new PodCount(0, 2));
    }

    [Theory]
    [InlineData("Pending", null, true)]
    [InlineData("Running", 1.0, true)]
    [InlineData("Failed", null, false)]
    public void A_pod_exists_until_it_has_ended_even_while_it_is_being_deleted(string phase, double? deletedAt, bool exists)
    {
        var pod = APodWith(Running(0), phase: phase, owner: "rs");
        pod.Metadata.DeletionTimestamp = deletedAt is { } at ? At(at) : null;

        JudgeFirst(4, AReplicaSet(uid: "rs"), pod).Conditions.Contains("PodsMissing").Should().Be(!exists);
    }

    [Fact]
    public void Pods_that_are_refused_fail_at_once_where_there_is_none_and_degrade_where_there_are_some()
    {
        var deployment = ADeployment(replicas: 2, available: 0, uid: "d");
        deployment.Metadata.ManagedFields = [new() { Time = At(0) }];
        deployment.Status.Conditions = [ACondition("ReplicaFailure", message: "exceeded quota")];
        var set = AReplicaSet(uid: "rs", owner: "d");

        var none = JudgeFirst(0, deployment, set);
        var some = JudgeFirst(0, deployment, set, APod(owner: "rs"));

        (none.Status, some.Status).Should().Be((OverallStatus.Failing, OverallStatus.Degraded));
        none.Conditions.Should().Equal("FailedCreate", "PodsMissing");
        some.Findings.Single(f => f.Condition == "FailedCreate").Message.Should().Be("exceeded quota");
    }

    [Fact]
    public void A_refusal_of_an_older_revision_that_asks_for_no_pods_is_history()
    {
        var deployment = ADeployment(uid: "d");
        var old = AReplicaSet("web-0", "old", "d", replicas: 0);
        old.Status.Conditions = [ACondition("ReplicaFailure")];

        JudgeFirst(5, deployment, old, AReplicaSet(uid: "rs", owner: "d"), APod(owner: "rs")).Conditions.Should().BeEmpty();
    }

    [Fact]
    public void Some_missing_pods_are_named_when_the_rollout_has_missed_its_deadline()
    {
        var deployment = ADeployment(replicas: 2, available: 1, uid: "d");
        deployment.Status.Conditions = [ACondition("Progressing", "False", "ProgressDeadlineExceeded")];

        JudgeFirst(11, deployment, AReplicaSet(uid: "rs", owner: "d"), APod(owner: "rs")).Conditions.Should().Equal("PodsMissing", "ProgressDeadlineExceeded");
    }

    [Theory]
    [InlineData("fresh", 1, 10.9, null, true)]
    [InlineData("while the controller's pause grows to 17 minutes", 1, 17.9, null, true)]
    [InlineData("mended since", 1, 2, 1.5, false)]
    [InlineData("failed again", 1, 2, 0.5, true)]
    public void A_failure_to_create_pods_is_told_while_pods_are_short(string because, double failedAt, double minutes, double? succeededAt, bool told)
    {
        var deployment = ADeployment(replicas: 2, uid: "d");
        var set = AReplicaSet(uid: "rs", owner: "d");
        List<KubeEvent> events = [AnEvent(set, "FailedCreate", "forbidden: quota", at: failedAt)];
        if (succeededAt is { } at)
            events.Add(AnEvent(set, "SuccessfulCreate", at: at));

        var health = Build.Evaluate(ATarget(deployment), new([deployment, set, APod("a", "rs")], events), At(minutes));
        var complete = Build.Evaluate(ATarget(deployment), new([deployment, set, APod("a", "rs"), APod("b", "rs")], events), At(minutes));

        health.Conditions.Contains("FailedCreate").Should().Be(told, because);
        complete.Conditions.Should().NotContain("FailedCreate", "no pod is short");
    }

    [Fact]
    public void Some_missing_pods_degrade_a_workload_that_believes_it_is_complete_and_not_one_on_its_way()
    {
        var deployment = ADeployment(replicas: 3, uid: "d");
        var set = AReplicaSet(uid: "rs", owner: "d");
        KubeObject[] objects = [deployment, set, APod("a", "rs"), APod("b", "rs")];

        JudgeFirst(0.9, objects).Status.Should().Be(OverallStatus.Healthy);
        JudgeFirst(1, objects).Status.Should().Be(OverallStatus.Degraded);
        JudgeFirst(1, objects).Conditions.Should().Equal("PodsMissing");
        deployment.Status.AvailableReplicas = 2;
        JudgeFirst(1, objects).Conditions.Should().Equal("Progressing");
    }

    [Theory]
    [InlineData("all there", "OrderedReady", "0r 1r 2r", "")]
    [InlineData("the second is not ready, the third waits for it", "OrderedReady", "0r 1u", "")]
    [InlineData("the second is missing", "OrderedReady", "0r 2r", "PodsMissing")]
    [InlineData("in any order the third should be there", "Parallel", "0r 1u", "PodsMissing")]
    [InlineData("the last is missing", null, "0r 1r", "PodsMissing")]
    public void A_stateful_set_with_ordered_start_expects_its_pods_one_after_the_other(string because, string? policy, string members, string conditions)
    {
        var set = AStatefulSet(replicas: 3);
        set.Spec.PodManagementPolicy = policy;
        var pods = members.Split(' ').Select(m => APod($"db-{m[0]}", "uid-db", ready: m[1] == 'r'));

        var health = JudgeFirst(3, [set, .. pods]);

        string.Join(' ', health.Conditions.Where(c => c == "PodsMissing")).Should().Be(conditions, because);
    }

    [Fact]
    public void A_stateful_set_may_count_from_another_number()
    {
        var set = AStatefulSet(replicas: 2);
        set.Spec.Ordinals = new() { Start = 5 };

        JudgeFirst(3, set, APod("db-5", "uid-db"), APod("db-6", "uid-db")).Conditions.Should().BeEmpty();
    }

    [Theory]
    [InlineData(12.9, false)]
    [InlineData(13, true)]
    public void A_job_may_pause_for_eleven_minutes_after_a_failed_pod(double minutes, bool missing)
    {
        var job = AJob();
        job.Status.Failed = 1;

        var health = JudgeFirst(minutes, job, APodWith(Ended(1, 1, 2), phase: "Failed", owner: "uid-import"));

        health.Status.Should().Be(missing ? OverallStatus.Failing : OverallStatus.Healthy);
    }

    [Fact]
    public void A_job_gets_a_minute_from_one_pod_to_the_next()
    {
        var job = AJob();
        (job.Spec.Completions, job.Status.Succeeded) = (5, 1);
        var done = APodWith(Ended(0, 0, 30, "Completed"), phase: "Succeeded", owner: "uid-import");

        JudgeFirst(30.9, job, done).Status.Should().Be(OverallStatus.Healthy);
        JudgeFirst(31, job, done).Status.Should().Be(OverallStatus.Failing);
    }

    private static KubeObject AConfigMap() =>
        new() { ApiVersion = "v1", Kind = "ConfigMap", Metadata = new() { Name = "c", Namespace = "shop", Uid = "c" } };

    private static DeploymentHealth JudgeWith(string yaml, double minutes, (string Group, string Kind, KindAccess Access) kind, params KubeObject[] objects)
    {
        var kinds = new Dictionary<KindId, KindReadability> { [new(kind.Group, kind.Kind)] = new(kind.Access) };
        return Build.Evaluate(ATarget(yaml), new(objects, [], kinds), At(minutes));
    }
}
