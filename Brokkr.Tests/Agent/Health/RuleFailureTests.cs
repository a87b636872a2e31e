using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health;

/// <summary>What a rule throws costs the object that it was judging.</summary>
public class RuleFailureTests
{
    private static readonly Odd Strange =
        new() { ApiVersion = "apps/v1", Kind = "Deployment", Metadata = new() { Name = "odd", Namespace = "prod", Uid = "odd", Generation = 2 } };

    [Fact]
    public void One_object_is_unknown_and_the_others_are_judged()
    {
        var log = new LogLines();
        var rules = new HealthEvaluator(new(), log.For<HealthEvaluator>());
        var web = ADeployment("web", uid: "d1");
        var cluster = new Brokkr.Agent.Cluster.Snapshot.ClusterSnapshot([Strange, web, AReplicaSet("web-1", "rs", "d1"), APod("web-1-a", "rs")], []);

        var health = Build.Evaluate(ATarget(Strange, web), cluster, At(1), rules);
        _ = Build.Evaluate(ATarget(Strange, web), cluster, At(2), rules);

        health.Status.Should().Be(OverallStatus.Unknown);
        health.Conditions.Should().Equal("RuleFailed");
        health.Resources.Should().Contain(r => r.Id.Name == "odd" && r.Status == RowStatus.Unknown).And
            .Contain(r => r.Id.Name == "web" && r.Status == RowStatus.Healthy);
        log.All.Should().ContainSingle().Which.Text.Should().StartWith("A rule failed at Deployment prod/odd");
    }

    /// <summary>Whatever judges it fails.</summary>
    private sealed class Odd : KubeObject
    {
        public override long? ObservedGeneration => throw new InvalidOperationException("nobody thought of this one");
    }
}
