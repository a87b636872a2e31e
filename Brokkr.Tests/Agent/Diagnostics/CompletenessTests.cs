using Brokkr.Agent.Targets;

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

        result.Completeness.Where(c => c.Outcome == "forbidden").Select(c => c.Query.Split(' ')[0]).Distinct().Should()
            .BeEquivalentTo("logs", "previous", "quotas");
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

        result.Findings.Should().ContainSingle().Which
            .Should().Match<Wire.DiagnosticFinding>(f => f.Code == "manifest_malformed" && f.Message.Contains("line 3"));
    }

    [Fact]
    public async Task What_does_not_exist_is_told()
    {
        var result =
            await cluster.DiagnoseAsync(Build.ATarget("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"nowhere","namespace":"prod"}}"""));

        result.Findings[0].Should().Match<Wire.DiagnosticFinding>(f => f.Code == "resource_missing" && f.Evidence.Contains("manifest Deployment prod/nowhere"));
    }

    [Fact]
    public async Task What_was_refused_is_the_first_finding_with_the_sentence_of_the_server_and_is_not_missed_besides()
    {
        var target = Build.ATarget("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"nowhere","namespace":"prod"}}""");
        const string sentence = "Deployment.apps \"nowhere\" is invalid: spec.replicas: Invalid value: -1";

        var result = await cluster.DiagnoseAsync(target, refused: new Refusal(target.Resources[0], sentence, Build.Start));

        result.Findings[0].Should().Match<Wire.DiagnosticFinding>(f => f.Code == "apply_failed" && f.Condition == "ApplyFailed" && f.Message == sentence);
        result.Findings[0].Severity.Should().Be(Wire.HealthStatus.Types.Word.Failing);
        result.Findings[0].Advice.Should().NotBeEmpty();
        result.Findings[0].Evidence.Should().Contain("manifest Deployment prod/nowhere");
        result.Findings.Should().NotContain(f => f.Code == "resource_missing");
    }

    [Fact]
    public async Task What_runs_and_is_not_as_its_manifest_says_has_a_finding()
    {
        var target = RecordedCluster.Scenario("healthy-web");

        var result = await cluster.DiagnoseAsync(target, refused: new Refusal(target.Resources[0], "Apply failed with 1 conflict", Build.Start));

        result.Findings.Should().ContainSingle().Which.Code.Should().Be("apply_failed");
    }
}
