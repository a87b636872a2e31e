namespace Brokkr.Tests.Agent.Diagnostics;

/// <summary>Whether the fault of each scenario can be told from its bundle alone.</summary>
public sealed class ScenarioBundleTests(DiagnosingCluster cluster) : IClassFixture<DiagnosingCluster>
{
    [Theory]
    [InlineData("config-error", "config_missing", "no-such-configmap")]
    [InlineData("crash-loop", "crash_loop", "exit code 3")]
    [InlineData("image-pull", "image_pull_failed", "no such host")]
    [InlineData("init-crash", "crash_loop", "exit code 1")]
    [InlineData("invalid-image-name", "image_name_invalid", "must be lowercase")]
    [InlineData("jobs", "job_failed", "backoff limit")]
    [InlineData("mixed-containers", "crash_loop", "exit code 1")]
    [InlineData("oom-killed", "out_of_memory", "Its limit is")]
    [InlineData("readiness-failing", "probe_failing", "Readiness probe failed: (it asks exec")]
    [InlineData("run-error", "container_not_started", "/no/such/binary")]
    [InlineData("statefulset-pvc", "volume_claim_unbound", "no storage class")]
    [InlineData("unschedulable", "unschedulable", "1 Insufficient cpu")]
    public async Task The_first_finding_of_a_scenario_names_its_fault(string scenario, string code, string says)
    {
        var result = await cluster.DiagnoseAsync(scenario);

        var first = result.Findings.Should().NotBeEmpty().And.Subject.First();
        first.Code.Should().Be(code, result.Findings.ToString());
        first.Message.Should().Contain(says);
        first.Advice.Should().NotBeEmpty();
        first.Evidence.Should().NotBeEmpty();
        result.Findings.Count.Should().BeLessThanOrEqualTo(5);
    }

    [Theory]
    [InlineData("config-only")]
    [InlineData("daemonset")]
    [InlineData("healthy-web")]
    [InlineData("noisy-logs")]
    public async Task A_bundle_of_what_is_healthy_has_no_finding(string scenario) => (await cluster.DiagnoseAsync(scenario)).Findings.Should().BeEmpty();

    [Fact]
    public async Task A_bundle_shows_workloads_nodes_claims_probes_and_limits()
    {
        var unready = await cluster.DiagnoseAsync("readiness-failing");
        var starved = await cluster.DiagnoseAsync("oom-killed");
        var claimed = await cluster.DiagnoseAsync("statefulset-pvc");

        unready.Workloads[0].Should().Match<Wire.WorkloadStatus>(w =>
            w.Kind == "Deployment" && w.Desired == 2 && w.Ready == 0 && w.Revision == "1" && w.ObservedGeneration == w.Generation);
        unready.Workloads[0].Conditions.Should().Contain(c => c.Type == "Progressing" && c.Reason == "ProgressDeadlineExceeded");
        unready.Nodes.Should().ContainSingle().Which.Conditions.Should().Contain(c => c.Type == "Ready" && c.Status == "True");
        unready.PodStatuses[0].ContainerStatuses[0].Probes.Should().ContainSingle().Which.Type.Should().Be("readiness");
        starved.PodStatuses[0].ContainerStatuses[0].Limits.Should().ContainKey("memory");
        starved.PodStatuses[0].QosClass.Should().NotBeEmpty();
        claimed.Claims.Should().ContainSingle().Which
            .Should().Match<Wire.ClaimStatus>(c => c.Name == "data-db-0" && c.Phase == "Pending" && c.Requested.Length > 0);
        claimed.Events.Should().Contain(e => e.Kind == "PersistentVolumeClaim");
        claimed.Completeness.Should().Contain(c => c.Query == "quotas prod" && c.Outcome == "ok").And
            .Contain(c => c.Query == "claim prod/data-db-0" && c.Outcome == "ok");
    }
}
