using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Kinds;

/// <summary>What the kinds without pods say of themselves, just before and after each deadline. Minutes count from creation.</summary>
public class KindRuleTests
{
    [Theory]
    [InlineData("bound", ",\"status\":{\"phase\":\"Bound\"}", 600, "", nameof(RowStatus.Healthy), nameof(OverallStatus.Healthy))]
    [InlineData("lost", ",\"status\":{\"phase\":\"Lost\"}", 0, "Lost", nameof(RowStatus.Degraded), nameof(OverallStatus.Degraded))]
    [InlineData("pending, in time", ",\"status\":{\"phase\":\"Pending\"}", 4.9, "Pending", nameof(RowStatus.Progressing), nameof(OverallStatus.Healthy))]
    [InlineData("pending, late", ",\"status\":{\"phase\":\"Pending\"}", 5, "Pending", nameof(RowStatus.Degraded), nameof(OverallStatus.Degraded))]
    [InlineData("no phase, late", "", 5, "Pending", nameof(RowStatus.Degraded), nameof(OverallStatus.Degraded))]
    public void A_claim(string because, string fields, double minutes, string conditions, string row, string overall) =>
        Expect(JudgeFirst(minutes, AnObject("v1", "PersistentVolumeClaim", fields)), because, conditions, row, overall);

    [Fact]
    public void A_claim_that_waits_for_its_first_consumer_is_never_late_until_a_pod_mounts_it()
    {
        var claim = AnObject("v1", "PersistentVolumeClaim", ",\"status\":{\"phase\":\"Pending\"}");
        KubeEvent[] events = [AnEvent(claim, "ProvisioningFailed", "no", at: 1), AnEvent(claim, "WaitForFirstConsumer", "waiting for first consumer", at: 2)];
        events[1].Type = "Normal";
        var pod = APod();
        pod.Spec.Volumes = [new() { PersistentVolumeClaim = new() { ClaimName = "it" } }];

        var alone = Build.Evaluate(ATarget(claim), new([claim], events), At(600));
        var mounted = Build.Evaluate(ATarget(claim), new([claim, pod], events), At(600));

        (alone.Status, alone.Resources[0].Status, alone.Resources[0].Message).Should()
            .Be((OverallStatus.Healthy, RowStatus.Progressing, "waiting for first consumer"));
        mounted.Status.Should().Be(OverallStatus.Degraded);
    }

    [Fact]
    public void A_claim_that_a_workload_mounts_counts_for_the_workload()
    {
        var pod = APod(owner: "rs");
        pod.Spec.Volumes = [new() { PersistentVolumeClaim = new() { ClaimName = "it" } }];

        var health = JudgeFirst(1, AReplicaSet(uid: "rs"), pod, AnObject("v1", "PersistentVolumeClaim", ",\"status\":{\"phase\":\"Lost\"}"));

        Expect(health, "mounted", "Lost", nameof(RowStatus.Degraded), nameof(OverallStatus.Degraded));
    }

    [Theory]
    [InlineData("v1", "Service", ",\"spec\":{\"type\":\"ClusterIP\"}", "")]
    [InlineData("v1", "Service", ",\"spec\":{\"type\":\"LoadBalancer\"}", "AddressPending")]
    [InlineData("v1", "Service", ",\"spec\":{\"type\":\"LoadBalancer\"},\"status\":{\"loadBalancer\":{\"ingress\":[{}]}}", "AddressPending")]
    [InlineData("v1", "Service", ",\"spec\":{\"type\":\"LoadBalancer\"},\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"10.0.0.1\"}]}}", "")]
    [InlineData("v1", "Service", ",\"spec\":{\"type\":\"LoadBalancer\",\"externalIPs\":[\"10.0.0.1\"]}", "")]
    [InlineData("networking.k8s.io/v1", "Ingress", ",\"spec\":{\"ingressClassName\":\"nginx\"}", "AddressPending")]
    [InlineData("networking.k8s.io/v1", "Ingress", ",\"status\":{\"loadBalancer\":{\"ingress\":[{}]}}", "")]
    [InlineData("networking.k8s.io/v1", "Ingress", ",\"status\":{\"loadBalancer\":{\"ingress\":[{\"hostname\":\"a.example\"}]}}", "")]
    public void An_address_that_is_awaited_is_never_a_fault(string apiVersion, string kind, string fields, string conditions) =>
        Expect(JudgeFirst(100_000, AnObject(apiVersion, kind, fields)), fields, conditions, conditions.Length > 0
            ? nameof(RowStatus.Progressing)
            : nameof(RowStatus.Healthy), nameof(OverallStatus.Healthy));

    [Theory]
    [InlineData("", "", false, nameof(RowStatus.Healthy))]
    [InlineData(",\"spec\":{\"ingressClassName\":\"nginx\"}", "", false, nameof(RowStatus.Progressing))]
    [InlineData("", ",\"annotations\":{\"kubernetes.io/ingress.class\":\"nginx\"}", false, nameof(RowStatus.Progressing))]
    [InlineData("", ",\"finalizers\":[\"networking.gke.io/ingress-finalizer-V2\"]", false, nameof(RowStatus.Progressing))]
    [InlineData(",\"status\":{\"loadBalancer\":{\"ingress\":[]}}", "", false, nameof(RowStatus.Progressing))]
    [InlineData("", "", true, nameof(RowStatus.Progressing))]
    public void An_ingress_is_on_its_way_to_an_address_where_some_controller_looks_after_it(string fields, string metadata, bool hasEvent, string row)
    {
        var ingress = AnObject("networking.k8s.io/v1", "Ingress", fields, metadata: metadata);

        var health = Build.Evaluate(ATarget(ingress), new([ingress], hasEvent ? [AnEvent(ingress, "Sync", "Scheduled for sync")] : []), At(600));

        Expect(health, fields, "AddressPending", row, nameof(OverallStatus.Healthy));
    }

    [Theory]
    [InlineData("Never", "helm.sh/hook", nameof(RowStatus.Progressing))]
    [InlineData("OnFailure", "argocd.argoproj.io/hook", nameof(RowStatus.Progressing))]
    [InlineData("Always", "helm.sh/hook", nameof(RowStatus.Healthy))]
    [InlineData("Never", "brokkr.io/note", nameof(RowStatus.Healthy))]
    public void A_pod_that_is_a_hook_is_on_its_way_until_it_has_ended(string restartPolicy, string annotation, string row)
    {
        var pod = APod("migrate");
        pod.Spec.RestartPolicy = restartPolicy;
        pod.Metadata.Annotations = new() { [annotation] = "x" };
        var read = AnObject("v1", "ConfigMap", "", metadata: $",\"annotations\":{{\"{annotation}\":\"x\"}}");

        var running = JudgeFirst(100_000, pod);
        pod.Status.Phase = "Succeeded";
        var ended = JudgeFirst(100_000, pod);

        read.Metadata.Annotations.Should().ContainKey(annotation, "it is kept of what is read");
        (running.Resources[0].Status.ToString(), running.Status, running.IsRollingOut)
            .Should().Be((row, OverallStatus.Healthy, row == nameof(RowStatus.Progressing)));
        (ended.Resources[0].Status, ended.IsRollingOut).Should().Be((RowStatus.Healthy, false));
    }

    [Theory]
    [InlineData("BackoffBoth", nameof(RowStatus.Progressing), nameof(OverallStatus.Healthy))]
    [InlineData("FailedGetScale", nameof(RowStatus.Degraded), nameof(OverallStatus.Degraded))]
    [InlineData("InvalidSelector", nameof(RowStatus.Degraded), nameof(OverallStatus.Degraded))]
    [InlineData("", nameof(RowStatus.Degraded), nameof(OverallStatus.Degraded))]
    public void An_autoscaler_that_only_backs_off_is_not_at_fault(string reason, string row, string overall) =>
        Expect(JudgeFirst(600, AnAutoscaler(Status(C("AbleToScale", "False", reason, at: 60)))), reason, reason.Length > 0 ? reason : "AbleToScale", row,
            overall);

    [Theory]
    [InlineData("ScalingActive", "False", "FailedGetResourceMetric", 74.9, nameof(OverallStatus.Healthy))]
    [InlineData("ScalingActive", "False", "FailedGetResourceMetric", 75, nameof(OverallStatus.Degraded))]
    [InlineData("AbleToScale", "False", "FailedUpdateScale", 75, nameof(OverallStatus.Degraded))]
    [InlineData("AbleToScale", "True", "FailedGetScale", 75, nameof(OverallStatus.Degraded))]
    public void An_autoscaler_that_cannot_work_is_degraded_at_once_and_the_whole_after_a_quarter_of_an_hour(string type, string status, string reason,
        double minutes, string overall)
    {
        var conditions = C(type, status, reason, at: 60);

        Expect(JudgeFirst(minutes, AnAutoscaler(Status(conditions))), reason, reason, nameof(RowStatus.Degraded), overall);
        var first = AnAutoscaler("",
            $",\"annotations\":{{\"autoscaling.alpha.kubernetes.io/conditions\":{System.Text.Json.JsonSerializer.Serialize($"[{conditions}]")}}}");
        Expect(JudgeFirst(minutes, first), "as the first version writes it", reason, nameof(RowStatus.Degraded), overall);
    }

    [Fact]
    public void An_autoscaler_at_its_limit_or_switched_off_is_fine()
    {
        Expect(JudgeFirst(600, AnAutoscaler(Status(C("AbleToScale", "True"), C("ScalingActive", "True"), C("ScalingLimited", "True", "TooManyReplicas")))),
            "limit", "", nameof(RowStatus.Healthy), nameof(OverallStatus.Healthy));
        Expect(JudgeFirst(600, AnAutoscaler(Status(C("AbleToScale", "True"), C("ScalingActive", "False", "ScalingDisabled")))), "off", "ScalingDisabled",
            nameof(RowStatus.Healthy), nameof(OverallStatus.Healthy));
        Expect(JudgeFirst(4.9, AnAutoscaler("")), "young", "Progressing", nameof(RowStatus.Progressing), nameof(OverallStatus.Healthy));
        Expect(JudgeFirst(5, AnAutoscaler("")), "silent", "", nameof(RowStatus.Healthy), nameof(OverallStatus.Healthy));
    }

    [Theory]
    [InlineData("", "Progressing", nameof(RowStatus.Progressing), nameof(OverallStatus.Healthy))]
    [InlineData("SufficientPods", "", nameof(RowStatus.Healthy), nameof(OverallStatus.Healthy))]
    [InlineData("InsufficientPods", "InsufficientPods", nameof(RowStatus.Healthy), nameof(OverallStatus.Healthy))]
    [InlineData("SyncFailed", "SyncFailed", nameof(RowStatus.Degraded), nameof(OverallStatus.Degraded))]
    public void A_disruption_budget(string reason, string conditions, string row, string overall) => Expect(
        JudgeFirst(600,
        AnObject("policy/v1", "PodDisruptionBudget", reason.Length == 0
        ? ""
        : Status(C("DisruptionAllowed", reason == "SufficientPods" ? "True" : "False", reason)))),
        reason, conditions, row, overall);

    [Theory]
    [InlineData("established", "True", "True", "", 600, "", nameof(OverallStatus.Healthy))]
    [InlineData("names taken", "False", "False", "NotAccepted", 0, "NamesNotAccepted", nameof(OverallStatus.Degraded))]
    [InlineData("refused", "True", "False", "Refused", 0, "NotEstablished", nameof(OverallStatus.Degraded))]
    [InlineData("installing", "True", "False", "Installing", 4.9, "NotEstablished", nameof(OverallStatus.Healthy))]
    [InlineData("installing for long", "True", "False", "Installing", 5, "NotEstablished", nameof(OverallStatus.Degraded))]
    public void A_definition(string because, string names, string established, string reason, double minutes, string conditions, string overall) => Expect(
        JudgeFirst(minutes,
        AnObject("apiextensions.k8s.io/v1", "CustomResourceDefinition", Status(C("NamesAccepted", names), C("Established", established, reason)))),
        because, conditions, null, overall);

    [Theory]
    [InlineData("True", "Passed", 600, "", nameof(OverallStatus.Healthy))]
    [InlineData("False", "MissingEndpoints", 64.9, "MissingEndpoints", nameof(OverallStatus.Healthy))]
    [InlineData("False", "MissingEndpoints", 65, "MissingEndpoints", nameof(OverallStatus.Degraded))]
    public void An_api_service(string status, string reason, double minutes, string conditions, string overall) =>
        Expect(JudgeFirst(minutes, AnObject("apiregistration.k8s.io/v1", "APIService", Status(C("Available", status, reason, at: 60)))), reason, conditions,
            null, overall);

    [Theory]
    [InlineData(64.9, nameof(OverallStatus.Healthy))]
    [InlineData(65, nameof(OverallStatus.Degraded))]
    public void A_namespace_that_does_not_go_says_what_holds_it(double minutes, string overall)
    {
        var ns = AnObject("v1", "Namespace",
            $",\"spec\":{{\"finalizers\":[\"kubernetes\"]}}"
            + $"{Status(C("NamespaceContentRemaining", "True", message: "some pods remain"), C("NamespaceDeletionContentFailure", "False", message: "fine"))}",
            metadata: $",\"deletionTimestamp\":\"{At(60):O}\",\"finalizers\":[\"example.com/hold\"]");

        var health = JudgeFirst(minutes, ns);

        Expect(health, "terminating", "Terminating", null, overall);
        health.Findings[0].Message.Should().Be("Being deleted; finalizers hold it: example.com/hold; some pods remain; its own finalizers: kubernetes");
    }

    [Theory]
    [InlineData("autoscaling/v2", "HorizontalPodAutoscaler")]
    [InlineData("example.com/v1", "Widget")]
    [InlineData("policy/v1", "PodDisruptionBudget")]
    public void Any_kind_whose_controller_lags_has_five_minutes(string apiVersion, string kind)
    {
        var lagging = AnObject(apiVersion, kind, ",\"status\":{\"observedGeneration\":\"1\"}", metadata: $",\"managedFields\":[{{\"time\":\"{At(60):O}\"}}]");
        lagging.Metadata.Generation = 2;

        JudgeFirst(64.9, lagging).Status.Should().Be(OverallStatus.Healthy);
        var late = JudgeFirst(65, lagging);
        (late.Status, late.Findings[0].Message).Should().Be((OverallStatus.Degraded, "Its controller has seen generation 1 of 2."));
    }

    [Fact]
    public void A_cron_job_without_finished_runs_is_judged_by_its_own_times()
    {
        var cron = AWorkload("batch/v1", "CronJob", "nightly");
        cron.Status = new() { LastScheduleTime = At(60), LastSuccessfulTime = At(1) };

        JudgeFirst(61, cron).Conditions.Should().Equal("LastRunFailed");
        cron.Status.Active = 1;
        JudgeFirst(61, cron).Conditions.Should().BeEmpty();
        (cron.Status.Active, cron.Status.LastSuccessfulTime) = (0, At(60.5));
        JudgeFirst(61, cron).Conditions.Should().BeEmpty();
        cron.Status.LastSuccessfulTime = null;
        JudgeFirst(61, cron).Conditions.Should().Equal("LastRunFailed");
        cron.Status.LastScheduleTime = null;
        JudgeFirst(61, cron).Conditions.Should().BeEmpty();
    }

    private static KubeObject AnAutoscaler(string fields, string metadata = "") =>
        AnObject("autoscaling/v2", "HorizontalPodAutoscaler", fields, metadata: metadata);

    private static void Expect(DeploymentHealth health, string because, string conditions, string? row, string overall)
    {
        string.Join(' ', health.Conditions).Should().Be(conditions, because);
        health.Status.ToString().Should().Be(overall, because);
        if (row is not null)
            health.Resources[0].Status.ToString().Should().Be(row, because);
    }
}
