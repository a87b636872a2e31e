using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Custom;

/// <summary>How custom resources are judged: in which order, by which words, and when it counts. Minutes count from creation.</summary>
public class CustomResourceRuleTests
{
    [Theory]
    [InlineData("spec.suspend before everything", ",\"spec\":{\"suspend\":true}", "Failed=True", nameof(RowStatus.Suspended), "Suspended")]
    [InlineData("spec.paused", ",\"spec\":{\"paused\":true}", "", nameof(RowStatus.Suspended), "Suspended")]
    [InlineData("spec.pause", ",\"spec\":{\"pause\":true}", "", nameof(RowStatus.Suspended), "Suspended")]
    [InlineData("spec.suspended", ",\"spec\":{\"suspended\":true}", "", nameof(RowStatus.Suspended), "Suspended")]
    [InlineData("not suspended", ",\"spec\":{\"suspend\":false}", "Ready=True", nameof(RowStatus.Healthy), "")]
    [InlineData("stalled before ready", "", "Ready=True Stalled=True/NoAccess", nameof(RowStatus.Degraded), "NoAccess")]
    [InlineData("a failure type without a reason", "", "ReconcileFailure=True", nameof(RowStatus.Degraded), "ReconcileFailure")]
    [InlineData("a failure type that is false", "", "Degraded=False/AsExpected Ready=True", nameof(RowStatus.Healthy), "")]
    [InlineData("not ready by an error", "", "Ready=False/ErrRegister", nameof(RowStatus.Degraded), "ErrRegister")]
    [InlineData("not synced by an error", "", "Ready=True Synced=False/ReconcileError", nameof(RowStatus.Degraded), "ReconcileError")]
    [InlineData("another condition by an error", "", "Ready=Unknown Mounted=False/MountRejected", nameof(RowStatus.Degraded), "MountRejected")]
    [InlineData("another condition without one", "", "Ready=True Mounted=False/NotWanted", nameof(RowStatus.Healthy), "")]
    [InlineData("not ready yet", "", "Ready=False/Waiting", nameof(RowStatus.Progressing), "Progressing")]
    [InlineData("ready is not known", "", "Ready=Unknown", nameof(RowStatus.Progressing), "Progressing")]
    [InlineData("reconciling", "", "Reconciling=True", nameof(RowStatus.Progressing), "Progressing")]
    [InlineData("reconciling though ready", "", "Reconciling=True Ready=True", nameof(RowStatus.Healthy), "")]
    [InlineData("not available, and no other word", "", "Available=False", nameof(RowStatus.Progressing), "Progressing")]
    public void Conditions_are_read_in_this_order(string because, string fields, string conditions, string row, string words)
    {
        var widget = AWidget(fields + (conditions.Length == 0 ? "" : Status([.. conditions.Split(' ').Select(c => Parse(c))])));

        var health = JudgeFirst(6, widget);

        (health.Resources[0].Status.ToString(), string.Join(' ', health.Conditions)).Should().Be((row, words), because);
    }

    [Theory]
    [InlineData("Ready=False/SkuTaken", "Error", nameof(RowStatus.Degraded))]
    [InlineData("Ready=False/SkuTaken", "Warning", nameof(RowStatus.Progressing))]
    [InlineData("Ready=False/Creating", "Error", nameof(RowStatus.Progressing))]
    [InlineData("Failed=False/Fine", "Error", nameof(RowStatus.Healthy))]
    [InlineData("Mounted=False/MountFailed", "Info", nameof(RowStatus.Healthy))]
    [InlineData("Mounted=False/MountFailed", "Warning", nameof(RowStatus.Degraded))]
    [InlineData("Mounted=True/Fine", "Error", nameof(RowStatus.Healthy))]
    public void What_a_controller_calls_an_error_is_a_fault_and_mere_information_is_none(string condition, string severity, string row) =>
        JudgeFirst(6, AWidget(Status(Parse(condition)[..^1] + $",\"severity\":\"{severity}\"}}"))).Resources[0].Status.ToString()
            .Should().Be(row, $"{condition}, {severity}");

    [Theory]
    [InlineData("phase", "Failed", nameof(RowStatus.Degraded))]
    [InlineData("state", "error", nameof(RowStatus.Degraded))]
    [InlineData("currentState", "Provisioning", nameof(RowStatus.Progressing))]
    [InlineData("overallStatus", "ImportInProgress", nameof(RowStatus.Progressing))]
    [InlineData("status", "paused", nameof(RowStatus.Suspended))]
    [InlineData("phase", "Running", nameof(RowStatus.Healthy))]
    [InlineData("phase", "Whatever", nameof(RowStatus.Healthy))]
    public void A_phase_is_read_where_no_condition_says_more(string field, string word, string row) =>
        JudgeFirst(6, AWidget($",\"status\":{{\"{field}\":\"{word}\"}}")).Resources[0].Status.ToString().Should().Be(row);

    [Theory]
    [InlineData("a fault, before two minutes", "Stalled=True", 61.9, nameof(OverallStatus.Healthy), nameof(RowStatus.Degraded))]
    [InlineData("a fault, after two minutes", "Stalled=True", 62, nameof(OverallStatus.Degraded), nameof(RowStatus.Degraded))]
    [InlineData("not ready, before fifteen minutes", "Ready=False", 74.9, nameof(OverallStatus.Healthy), nameof(RowStatus.Progressing))]
    [InlineData("not ready, after fifteen minutes", "Ready=False", 75, nameof(OverallStatus.Degraded), nameof(RowStatus.Degraded))]
    public void A_condition_counts_after_its_time(string because, string condition, double minutes, string overall, string row)
    {
        var health = JudgeFirst(minutes, AWidget(Status(Parse(condition, 60))));

        (health.Status.ToString(), health.Resources[0].Status.ToString()).Should().Be((overall, row), because);
        health.Findings[0].Since.Should().Be(At(60));
    }

    [Theory]
    [InlineData("", 4.9, nameof(RowStatus.Progressing))]
    [InlineData("", 5, nameof(RowStatus.Healthy))]
    [InlineData(",\"status\":{\"conditions\":[]}", 4.9, nameof(RowStatus.Progressing))]
    [InlineData(",\"status\":{\"conditions\":[]}", 5, nameof(RowStatus.Healthy))]
    [InlineData(",\"status\":{\"size\":3}", 0, nameof(RowStatus.Healthy))]
    public void A_resource_that_says_nothing_is_waited_for_while_it_is_young(string fields, double minutes, string row) =>
        JudgeFirst(minutes, AWidget(fields)).Resources[0].Status.ToString().Should().Be(row);

    [Fact]
    public void A_phase_without_a_time_waits_since_the_status_was_last_written()
    {
        var widget = AWidget(",\"status\":{\"phase\":\"Pending\"}", $",\"managedFields\":[{{\"time\":\"{At(30):O}\",\"subresource\":\"status\"}}]");

        JudgeFirst(44.9, widget).Status.Should().Be(OverallStatus.Healthy);
        JudgeFirst(45, widget).Status.Should().Be(OverallStatus.Degraded);
        JudgeFirst(600, AWidget(",\"status\":{\"phase\":\"Pending\"}")).Status.Should().Be(OverallStatus.Healthy);
    }

    [Fact]
    public void A_ready_condition_of_an_older_generation_is_not_believed()
    {
        var widget = AWidget(",\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\",\"observedGeneration\":1}]}",
            $",\"managedFields\":[{{\"time\":\"{At(60):O}\"}}]");
        widget.Metadata.Generation = 2;

        JudgeFirst(64.9, widget).Resources[0].Status.Should().Be(RowStatus.Progressing);
        JudgeFirst(65, widget).Status.Should().Be(OverallStatus.Degraded);
    }

    [Theory]
    [InlineData("\"status\":true", nameof(RowStatus.Healthy))]
    [InlineData("\"status\":false", nameof(RowStatus.Progressing))]
    [InlineData("\"status\":\"True\",\"lastTransitionTime\":\"soon\"", nameof(RowStatus.Healthy))]
    [InlineData("\"status\":\"False\",\"lastTransitionTime\":\"2026-03-01T12:00:00+0000\"", nameof(RowStatus.Progressing))]
    [InlineData("\"status\":7", nameof(RowStatus.Healthy))]
    public void Odd_conditions_are_read_as_well_as_may_be(string fields, string row) =>
        JudgeFirst(6, AWidget($",\"status\":{{\"conditions\":[null,3,{{\"type\":\"Ready\",{fields}}}]}}")).Resources[0].Status.ToString().Should().Be(row);

    [Fact]
    public void A_reason_that_is_no_word_is_never_reported_as_one()
    {
        var health = JudgeFirst(6, AWidget(Status(C("Stalled", "True", "see https://x.example/?token=abc"))));

        health.Conditions.Should().Equal("Stalled");
    }

    [Theory]
    [InlineData("cert-manager.io/v1", "Certificate", "Issuing=True Ready=False/DoesNotExist", nameof(RowStatus.Progressing))]
    [InlineData("cert-manager.io/v1", "Certificate", "Ready=False/Expired", nameof(RowStatus.Degraded))]
    [InlineData("kafka.strimzi.io/v1", "Kafka", "NotReady=True/Creating", nameof(RowStatus.Progressing))]
    [InlineData("kafka.strimzi.io/v1", "Kafka", "ReconciliationPaused=True", nameof(RowStatus.Suspended))]
    [InlineData("keda.sh/v1", "ScaledObject", "Ready=True Fallback=True/FallbackExists", nameof(RowStatus.Degraded))]
    [InlineData("s3.aws.upbound.io/v1", "Bucket", "Ready=True Synced=False/ReconcileError", nameof(RowStatus.Degraded))]
    [InlineData("serving.knative.dev/v1", "Service", "Ready=False/RevisionMissing", nameof(RowStatus.Degraded))]
    [InlineData("tekton.dev/v1", "PipelineRun", "Succeeded=Unknown/Running", nameof(RowStatus.Progressing))]
    [InlineData("gateway.networking.k8s.io/v1", "Gateway", "Accepted=True Programmed=False/AddressNotAssigned", nameof(RowStatus.Progressing))]
    [InlineData("gateway.networking.k8s.io/v1", "Gateway", "Accepted=False/InvalidParameters", nameof(RowStatus.Degraded))]
    [InlineData("cluster.x-k8s.io/v1beta2", "Machine", "HealthCheckSucceeded=False/UnhealthyNode Ready=False/NotReady", nameof(RowStatus.Degraded))]
    [InlineData("cluster.karmada.io/v1alpha1", "Cluster", "Ready=False/ClusterNotReachable", nameof(RowStatus.Degraded))]
    [InlineData("cluster.open-cluster-management.io/v1", "Placement", "PlacementSatisfied=False/NoManagedClusterMatched", nameof(RowStatus.Progressing))]
    [InlineData("cilium.io/v2", "CiliumNetworkPolicy", "Valid=False", nameof(RowStatus.Degraded))]
    [InlineData("cassandra.datastax.com/v1beta1", "CassandraDatacenter", "Stopped=True Ready=False", nameof(RowStatus.Suspended))]
    [InlineData("scheduling.volcano.sh/v1", "PodGroup", "Unschedulable=True/NotEnoughResources", nameof(RowStatus.Progressing))]
    public void The_table_knows_what_a_kind_means(string apiVersion, string kind, string conditions, string row) =>
        JudgeFirst(6, AnObject(apiVersion, kind, Status([.. conditions.Split(' ').Select(c => Parse(c))]))).Resources[0].Status.ToString().Should().Be(row);

    [Theory]
    [InlineData("kueue.x-k8s.io/v1", "Workload", "{\"active\":false}",
        "{\"conditions\":[{\"type\":\"Evicted\",\"status\":\"True\",\"reason\":\"Deactivated\"}]}", nameof(RowStatus.Suspended))]
    [InlineData("kueue.x-k8s.io/v1", "Workload", "{\"active\":false}",
        "{\"conditions\":[{\"type\":\"Evicted\",\"status\":\"True\",\"reason\":\"DeactivatedDueToRequeuingLimitExceeded\"}]}", nameof(RowStatus.Degraded))]
    [InlineData("argoproj.io/v1alpha1", "Application", "{}",
        "{\"health\":{\"status\":\"Healthy\"},\"conditions\":[{\"type\":\"ComparisonError\",\"message\":\"cannot read the repository\"}]}",
        nameof(RowStatus.Degraded))]
    [InlineData("argoproj.io/v1alpha1", "Application", "{}",
        "{\"health\":{\"status\":\"Healthy\"},\"conditions\":[{\"type\":\"SharedResourceWarning\",\"message\":\"m\"}]}", nameof(RowStatus.Healthy))]
    [InlineData("apps.kruise.io/v1alpha1", "BroadcastJob", "{}", "{\"desired\":2,\"succeeded\":1}", nameof(RowStatus.Progressing))]
    [InlineData("policy.open-cluster-management.io/v1", "ConfigurationPolicy", "{}", "{\"compliant\":\"NonCompliant\",\"lastEvaluatedGeneration\":1}",
        nameof(RowStatus.Progressing))]
    [InlineData("policy.open-cluster-management.io/v1", "ConfigurationPolicy", "{}", "{\"compliant\":\"NonCompliant\",\"lastEvaluatedGeneration\":2}",
        nameof(RowStatus.Degraded))]
    [InlineData("metrics.keptn.sh/v1", "KeptnMetric", "{}", "{\"lastUpdated\":\"2026-03-01T12:00:00Z\"}", nameof(RowStatus.Progressing))]
    [InlineData("promoter.argoproj.io/v1alpha1", "PromotionStrategy", "{}",
        "{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}],\"environments\":[{\"active\":{\"dry\":{}}}]}", nameof(RowStatus.Progressing))]
    public void The_table_knows_what_else_a_status_holds(string apiVersion, string kind, string spec, string status, string row) =>
        JudgeFirst(4, AnObject(apiVersion, kind, $",\"spec\":{spec},\"status\":{status}", metadata: ",\"generation\":2")).Resources[0].Status.ToString()
            .Should().Be(row, status);

    [Fact]
    public void A_rollout_that_has_not_seen_the_newest_workload_is_on_its_way() =>
        JudgeFirst(4, AnObject("argoproj.io/v1alpha1", "Rollout", ",\"status\":{\"phase\":\"Healthy\",\"workloadObservedGeneration\":\"1\"}",
            metadata: ",\"annotations\":{\"rollout.argoproj.io/workload-generation\":\"2\"}")).Resources[0].Status.Should().Be(RowStatus.Progressing);

    [Theory]
    [InlineData("argoproj.io/v1alpha1", "Workflow", ",\"status\":{\"phase\":\"Running\"}", 100_000, nameof(OverallStatus.Healthy))]
    [InlineData("velero.io/v1", "Backup", ",\"status\":{\"phase\":\"PartiallyFailed\"}", 0, nameof(OverallStatus.Degraded))]
    [InlineData("velero.io/v1", "Restore", ",\"status\":{\"phase\":\"InProgress\"}", 100_000, nameof(OverallStatus.Healthy))]
    [InlineData("postgresql.cnpg.io/v1", "Cluster", ",\"status\":{\"phase\":\"Not enough disk space\"}", 0, nameof(OverallStatus.Degraded))]
    [InlineData("ceph.rook.io/v1", "CephCluster", ",\"status\":{\"state\":\"Created\",\"ceph\":{\"health\":\"HEALTH_ERR\"}}", 0,
        nameof(OverallStatus.Degraded))]
    public void Work_that_takes_long_is_not_late_and_work_that_failed_is_wrong(string apiVersion, string kind, string fields, double minutes, string overall) =>
        JudgeFirst(minutes, AnObject(apiVersion, kind, fields)).Status.ToString().Should().Be(overall);

    private static KubeObject AWidget(string fields, string metadata = "") => AnObject("example.com/v1", "Widget", fields, metadata: metadata);

    /// <summary><c>Type=Status/Reason</c>.</summary>
    private static string Parse(string condition, double at = 0)
    {
        var (type, rest) = (condition.Split('=')[0], condition.Split('=')[1].Split('/'));
        return C(type, rest[0], rest.Length > 1 ? rest[1] : "", at);
    }
}
