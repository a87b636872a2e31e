using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using Brokkr.Contracts;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health;

/// <summary>How findings become one status, and what a report holds.</summary>
public class HealthEvaluatorTests
{
    [Fact]
    public void The_worst_of_all_decides()
    {
        var failing = AJob(conditions: ACondition("Failed"));
        var degraded = APodWith(Waiting("ErrImagePull"));
        var fine = AStatefulSet(replicas: 0);

        Judge(ATarget(failing, degraded, fine), 1, failing, degraded, fine).Status.Should().Be(OverallStatus.Failing);
        Judge(ATarget(fine, degraded), 1, degraded, fine).Status.Should().Be(OverallStatus.Degraded);
        Judge(ATarget(fine), 1, fine).Status.Should().Be(OverallStatus.Healthy);
    }

    [Fact]
    public void A_degraded_resource_outweighs_one_that_cannot_be_read()
    {
        var pod = APodWith(Waiting("ErrImagePull"));
        var secret = new KubeObject { ApiVersion = "v1", Kind = "Secret", Metadata = new() { Name = "s", Namespace = "shop" } };
        var kinds = new Dictionary<KindId, KindReadability> { [new("", "Secret")] = new(KindAccess.Unavailable) };

        Build.Evaluate(ATarget(pod, secret), new([pod], [], kinds), At(1)).Status.Should().Be(OverallStatus.Degraded);
    }

    [Fact]
    public void A_deployment_object_without_resources_is_healthy() =>
        Judge(ATarget(), 600).Status.Should().Be(OverallStatus.Healthy);

    [Fact]
    public void Conditions_are_distinct_and_in_ordinal_order()
    {
        KubeObject[] objects =
            [AReplicaSet(uid: "rs", replicas: 3), Waits("a", "ErrImagePull"), Waits("b", "CreateContainerError"), Waits("c", "ErrImagePull")];

        JudgeFirst(1, objects).Conditions.Should().Equal("CreateContainerError", "ErrImagePull");
    }

    [Fact]
    public void A_word_that_says_not_yet_yields_to_one_that_says_what_is_wrong_on_the_same_pod_only()
    {
        var starting = AStartingPod("ContainerCreating");
        starting.Metadata.OwnerReferences = [new() { Uid = "rs", Controller = true }];
        var set = AReplicaSet(uid: "rs", replicas: 2, available: 1);

        JudgeFirst(1, set, Waits("x", "ErrImagePull"), starting).Conditions.Should().Equal("ContainerCreating", "ErrImagePull");
        JudgeFirst(1, set, Waits("x", "ErrImagePull"), APod("y", "rs")).Conditions.Should().Equal("ErrImagePull");
        JudgeFirst(1, set, APod("x", "rs"), APod("y", "rs")).Conditions.Should().Equal("Progressing");
    }

    [Fact]
    public void A_pod_can_veto_a_workload_that_looks_fine()
    {
        var health = JudgeFirst(1, AReplicaSet(uid: "rs"), Waits("x", "ErrImagePull"));

        health.Status.Should().Be(OverallStatus.Degraded);
        health.Resources.Select(r => (r.Id.Kind, r.Status, r.IsReady)).Should()
            .Equal(("Pod", RowStatus.Degraded, false), ("ReplicaSet", RowStatus.Degraded, false));
    }

    [Fact]
    public void Rows_begin_with_what_is_not_ready_and_go_on_by_kind_and_name()
    {
        var (bad, good) = (ADeployment("b-bad"), ADeployment("a-good"));
        var (goodSet, job) = (AReplicaSet("s", "rs", good.Metadata.Uid), AJob("z", conditions: ACondition("Failed")));

        var health = Judge(ATarget(good, job, bad), 600, good, goodSet, APod(owner: "rs"), bad, job);

        health.Resources.Select(r => $"{r.Id.Kind} {r.Id.Name}").Should().Equal("Deployment b-bad", "Job z", "Deployment a-good");
    }

    [Fact]
    public void Pods_are_counted_by_the_larger_of_expected_and_live_for_each_workload()
    {
        var (surging, shrunk) = (AReplicaSet("surging", "s1", replicas: 1), AReplicaSet("short", "s2", replicas: 3));

        var health = Judge(ATarget(surging, shrunk), 0, surging, shrunk, APod("a", "s1"), APod("b", "s1", ready: false), APod("c", "s2"));

        health.Pods.Should().Be(new PodCount(2, 5));
    }

    [Fact]
    public void Rows_and_findings_are_cut_after_sorting_and_what_was_cut_is_counted()
    {
        var pods = Enumerable.Range(0, 70).Select(i => Waits($"p-{i:00}", i == 69 ? "ErrImagePull" : "ContainerCreating")).ToArray<KubeObject>();
        foreach (var pod in pods.Cast<Pod>())
            pod.Status.Phase = "Pending";

        var health = JudgeFirst(1, [AReplicaSet(uid: "rs", replicas: 70), .. pods]);

        (health.Resources.Count, health.ResourcesOmitted).Should().Be((50, 21));
        (health.Findings.Count, health.FindingsOmitted).Should().Be((50, 20));
        health.Findings[0].Condition.Should().Be("ErrImagePull", "the worst comes first whatever its name");
        health.Conditions.Should().Equal("ContainerCreating", "ErrImagePull");
    }

    [Theory]
    [InlineData("metadata: {name: web, namespace: shop, annotations: {brokkr.io/ignore-health: \"true\"}}", null, true)]
    [InlineData("metadata: {name: web, namespace: shop}", "true", true)]
    [InlineData("metadata: {name: web, namespace: shop}", "false", false)]
    public void A_resource_can_be_left_out(string metadata, string? onObject, bool leftOut)
    {
        var deployment = ADeployment(uid: "d");
        if (onObject is not null)
            deployment.Metadata.Annotations["brokkr.io/ignore-health"] = onObject;

        var health = Judge(ATarget($"{{apiVersion: apps/v1, kind: Deployment, {metadata}}}"), 600, deployment, AReplicaSet(uid: "rs", owner: "d"),
            Waits("x", "ErrImagePull"));

        health.Status.Should().Be(leftOut ? OverallStatus.Healthy : OverallStatus.Degraded);
        health.Resources.Should().HaveCount(leftOut ? 0 : 2);
        health.Pods.Total.Should().Be(leftOut ? 0 : 1);
    }

    [Fact]
    public void Judging_twice_gives_the_same()
    {
        var deployment = ADeployment(uid: "d");
        KubeObject[] objects = [deployment, AReplicaSet(uid: "rs", owner: "d"), Waits("x", "ErrImagePull")];

        JudgeFirst(3, objects).ToWire(At(3)).Should().Be(JudgeFirst(3, objects).ToWire(At(3)));
    }

    [Fact]
    public void Manifests_that_do_not_parse_fail()
    {
        var health = DeploymentHealth.Malformed(Guid.Empty, "shop", "line 3, column 5: a tab", At(0), At(9));

        health.Status.Should().Be(OverallStatus.Failing);
        health.Conditions.Should().Equal("MalformedManifest");
        health.Findings[0].Message.Should().Contain("line 3");
    }

    [Fact]
    public void A_report_says_everything_that_was_found()
    {
        var pod = APodWith(Waiting("CrashLoopBackOff", "back-off"), Ended(3, 1, 2), restarts: 4);
        var target = ATarget(pod);

        var report = Judge(target, 3, pod).ToWire(At(4));

        report.Id.Should().Be(target.Id.ToString());
        report.CheckedAt.ToDateTimeOffset().Should().Be(At(4));
        report.Status.Should().Be(Wire.HealthStatus.Types.Word.Degraded);
        (report.Summary.PodsReady, report.Summary.PodsTotal).Should().Be((0, 1));
        var row = report.Summary.Resources.Single();
        (row.Kind, row.Name, row.Namespace, row.ApiVersion, row.Ready, row.Status).Should()
            .Be(("Pod", "web-1-a", "shop", "v1", false, Wire.ResourceStatus.Types.Word.Degraded));
        var finding = report.Summary.Findings.Single();
        (finding.Condition, finding.Severity, finding.Container, finding.ContainerType, finding.ExitCode, finding.Restarts, finding.HasSignal).Should()
            .Be(("CrashLoopBackOff", Wire.HealthStatus.Types.Word.Degraded, "app", "app", 3, 4, false));
        finding.Since.ToDateTimeOffset().Should().Be(At(0));
    }

    [Fact]
    public void What_is_pending_or_only_shown_counts_as_healthy_in_a_report() =>
        JudgeFirst(1, AStartingPod("ContainerCreating")).ToWire(At(1)).Summary.Findings.Single().Severity.Should().Be(Wire.HealthStatus.Types.Word.Healthy);

    [Fact]
    public void The_texts_of_a_report_share_one_budget()
    {
        var rows = Enumerable.Range(0, 1100).Select(i => new ResourceRow(new("", "Pod", "shop", $"p-{i}"), "v1", RowStatus.Failing, new('a', 16_000)));
        var health = DeploymentHealth.Of(Guid.NewGuid(), At(0), new(0, 1), rows, [], mostRows: int.MaxValue);

        var messages = health.ToWire(At(0)).Summary.Resources.Select(r => r.Message).ToList();

        messages[0].Should().StartWith("aaaa");
        messages[^1].Should().Be("[redacted:withheld]");
    }

    [Fact]
    public void Text_from_the_cluster_is_cleaned_and_bounded()
    {
        var pod = APodWith(Waiting("ErrImage\u0000Pull", "one\ntwo \u001b[31m" + new string('x', 5000)));

        var summary = JudgeFirst(1, pod).ToWire(At(1)).Summary;

        summary.Findings[0].Message.Length.Should().BeLessThanOrEqualTo(Limits.MessageLength);
        summary.Findings[0].Message.Should().StartWith("one two ");
        $"{summary.Findings[0].Message}{summary.Resources[0].Message}{summary.Conditions[0]}".Should().NotContainAny("\n", "\u001b", "\u0000");
    }

    [Theory]
    [InlineData("x", 1024)]
    [InlineData("é", 512)]
    [InlineData("語", 341)]
    [InlineData("😀", 512)]
    public void A_message_has_at_most_a_kibibyte_on_the_wire(string letter, int length)
    {
        var message = JudgeFirst(1, APodWith(Waiting("ErrImagePull", string.Concat(Enumerable.Repeat(letter, 2000)))))
            .ToWire(At(1)).Summary.Findings[0].Message;

        System.Text.Encoding.UTF8.GetByteCount(message).Should().BeInRange(Limits.MessageLength - 30, Limits.MessageLength);
        message.Should().EndWith("…[cut]").And.StartWith(letter);
        message.Length.Should().BeLessThanOrEqualTo(length);
    }

    [Fact]
    public void Absurd_numbers_do_no_harm()
    {
        var (a, b) = (ADeployment("a", replicas: int.MaxValue), ADeployment("b", replicas: int.MaxValue));

        Judge(ATarget(a, b), 600, a, b).Pods.Total.Should().Be(int.MaxValue);
    }

    private static Pod Waits(string name, string reason)
    {
        var pod = APodWith(Waiting(reason), owner: "rs");
        (pod.Metadata.Name, pod.Metadata.Uid) = (name, $"uid-{name}");
        return pod;
    }
}
