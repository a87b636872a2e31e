namespace Brokkr.Tests.Agent.Diagnostics;

/// <summary>What cannot be read is said, and takes nothing else with it.</summary>
public sealed class CompletenessTests(DiagnosingCluster cluster) : IClassFixture<DiagnosingCluster>
{
    [Fact]
    public async Task What_is_forbidden_is_noted_query_by_query()
    {
        cluster.Faults.Deny("pods/log", "resourcequotas", "persistentvolumeclaims");

        var result = await cluster.DiagnoseAsync("crash-loop");
        var claims = await cluster.DiagnoseAsync("statefulset-pvc");

        result.Completeness.Where(c => c.Outcome == "forbidden").Select(c => c.Query.Split(' ')[0]).Distinct().Should().BeEquivalentTo("logs", "previous", "quotas");
        result.Completeness.Where(c => c.Outcome == "forbidden").Should().OnlyContain(c => c.Message.Length > 0);
        result.Findings[0].Code.Should().Be("crash_loop");
        claims.Findings[0].Code.Should().BeOneOf("unschedulable", "volume_claim_unbound");
        claims.Completeness.Should().Contain(c => c.Query.StartsWith("claim ") && c.Outcome == "forbidden");
    }

    [Fact]
    public async Task What_there_was_no_time_for_is_noted_and_the_rest_comes()
    {
        var result = await cluster.DiagnoseAsync("crash-loop", TimeSpan.Zero);

        result.Completeness.Should().Contain(c => c.Query.StartsWith("logs ") && c.Outcome == "timed_out");
        result.PodStatuses.Should().NotBeEmpty();
        result.Findings[0].Code.Should().Be("crash_loop");
    }

    [Fact]
    public async Task Manifests_that_cannot_be_read_are_the_first_finding()
    {
        var result = await cluster.DiagnoseAsync(new(Guid.NewGuid(), "shop", Build.Start, []), malformed: "line 3: a value is missing");

        result.Findings.Should().ContainSingle().Which.Should().Match<Wire.DiagnosticFinding>(f => f.Code == "manifest_malformed" && f.Message.Contains("line 3"));
    }

    [Fact]
    public async Task What_does_not_exist_is_told()
    {
        var result = await cluster.DiagnoseAsync(Build.ATarget("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"nowhere","namespace":"prod"}}"""));

        result.Findings[0].Should().Match<Wire.DiagnosticFinding>(f => f.Code == "resource_missing" && f.Evidence.Contains("manifest Deployment prod/nowhere"));
    }
}
