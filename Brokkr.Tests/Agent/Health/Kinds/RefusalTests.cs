using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Targets;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Kinds;

/// <summary>What could not be applied, in the health of its deployment object.</summary>
public class RefusalTests
{
    private static readonly DeploymentTarget Web = RecordedCluster.Scenario("healthy-web");

    [Fact]
    public void A_refused_resource_is_failing_with_the_sentence_however_well_what_is_there_may_be()
    {
        var manifest = Web.Resources.First(r => r.Kind == "Deployment");

        var health = Build.Evaluate(
            Web, RecordedCluster.Snapshot, RecordedCluster.Moment, refused: [new(manifest, "Apply failed with 1 conflict", RecordedCluster.Moment)]);

        health.Status.Should().Be(OverallStatus.Failing);
        health.Conditions.Should().Equal("ApplyFailed");
        health.Resources[0].Should().Match<ResourceRow>(r =>
            r.Id.Kind == "Deployment" && r.Status == RowStatus.Failing && r.Message == "Apply failed with 1 conflict");
        health.Resources.Skip(1).Should().OnlyContain(r => r.IsReady);
    }

    [Fact]
    public void A_refusal_keeps_its_row_when_the_same_manifests_are_read_again()
    {
        const string yaml = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: absent}";
        var read = Web with { Resources = [.. Brokkr.Contracts.Manifests.ManifestReader.Read(yaml)] };
        var readAgain = Web with { Resources = [.. Brokkr.Contracts.Manifests.ManifestReader.Read(yaml)] };

        var health =
            Build.Evaluate(readAgain, RecordedCluster.Snapshot, RecordedCluster.Moment, refused: [new(read.Resources[0], "no", RecordedCluster.Moment)]);

        health.Conditions.Should().Equal("ApplyFailed");
        health.Resources.Should().ContainSingle().Which.Should().Match<ResourceRow>(r => r.Status == RowStatus.Failing && r.Message == "no");
    }

    [Fact]
    public void What_is_missing_because_it_was_refused_is_not_missed_besides()
    {
        var missing =
            Web with { Resources = [.. Brokkr.Contracts.Manifests.ManifestReader.Read("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: absent}")] };

        var health =
            Build.Evaluate(missing, RecordedCluster.Snapshot, RecordedCluster.Moment, refused: [new(missing.Resources[0], "no", RecordedCluster.Moment)]);

        health.Conditions.Should().Equal("ApplyFailed");
    }

    [Fact]
    public void A_refusal_of_something_that_is_left_out_is_still_said()
    {
        var yaml = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: absent, annotations: {brokkr.io/ignore-health: \"true\"}}";
        var left = Web with { Resources = [.. Brokkr.Contracts.Manifests.ManifestReader.Read(yaml)] };

        var health = Build.Evaluate(left, RecordedCluster.Snapshot, At(0), refused: [new(left.Resources[0], "no", At(0))]);

        health.Resources.Should().BeEmpty();
        health.Findings.Should().ContainSingle().Which.Should().Match<Finding>(f => f.Condition == "ApplyFailed" && f.Message == "no");
    }
}
