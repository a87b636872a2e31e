using Brokkr.Agent;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Custom;
using Brokkr.Agent.Health.Findings;
using Brokkr.Contracts.Configuration;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Custom;

/// <summary>The rules for custom resources as data: what an operator may write, and what an error in it looks like.</summary>
public sealed class RuleBookTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"brokkr-rules-{Guid.NewGuid():N}.yaml");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void An_operators_rules_judge_kinds_that_nobody_else_knows()
    {
        var rules = GivenRules("""
            kinds:
              example.com/Widget:
                - {path: status.members.*.mood, is: [sad, "very *"], then: degraded, after: 7m, text: status.why}
                - {path: status.ready, below: status.wanted, then: progressing, after: never}
                - {condition: Idle, status: "True", and: [{path: spec.mode, is_not: busy}], then: suspended}
            """);
        var sad = ",\"status\":{\"members\":[{\"mood\":\"gay\"},{\"mood\":\"Very low\"}],\"why\":\"rain\"}";

        var health = Judge(rules, sad, 1);
        (health.Resources[0].Status, health.Resources[0].Message).Should().Be((RowStatus.Degraded, "rain"));
        Judge(rules, ",\"status\":{\"members\":[{\"mood\":\"gay\"}]}", 1).Resources[0].Status.Should().Be(RowStatus.Healthy);
        Judge(rules, ",\"status\":{\"wanted\":3}", 100_000).Status.Should().Be(OverallStatus.Healthy);
        Judge(rules, ",\"status\":{\"wanted\":3}", 1).Resources[0].Status.Should().Be(RowStatus.Progressing);
        Judge(rules, ",\"spec\":{\"mode\":\"idle\"}" + Status(C("Idle", "True")), 1).Resources[0].Status.Should().Be(RowStatus.Suspended);
        Judge(rules, ",\"spec\":{\"mode\":\"busy\"}" + Status(C("Idle", "True")), 1).Resources[0].Status.Should().Be(RowStatus.Healthy);
    }

    [Fact]
    public void An_operators_rules_replace_shipped_ones_of_the_same_name_and_add_words()
    {
        var rules = GivenRules("""
            words:
              bad_phases: [Sulking]
            kinds:
              cert-manager.io/Certificate:
                - {condition: Ready, status: "False", then: progressing, after: never}
            """);
        var certificate = AnObject("cert-manager.io/v1", "Certificate", Status(C("Ready", "False", "Expired")));

        Build.Evaluate(ATarget(certificate), new([certificate], []), At(600)).Status.Should().Be(OverallStatus.Degraded);
        Build.Evaluate(ATarget(certificate), new([certificate], []), At(600), rules).Status.Should().Be(OverallStatus.Healthy);
        Judge(rules, ",\"status\":{\"phase\":\"sulking\"}", 1).Resources[0].Status.Should().Be(RowStatus.Degraded);
        Judge(rules, ",\"status\":{\"phase\":\"Failed\"}", 1).Resources[0].Status.Should().Be(RowStatus.Degraded);
    }

    [Fact]
    public void A_rule_may_read_labels_and_times_and_shares()
    {
        var rules = GivenRules("""
            kinds:
              example.com/Widget:
                - {path: "metadata.labels[example.com/parked]", is: "yes", then: suspended}
                - {path: status.work, is: slow, then: progressing, after: 30m, since: status.at}
                - {path: status.share, below: "1", then: progressing}
            """);
        var labelled = AnObject("example.com/v1", "Widget", "", rules: rules, metadata: ",\"labels\":{\"example.com/parked\":\"yes\",\"other\":\"no\"}");

        Build.Evaluate(ATarget(labelled), new([labelled], []), At(60), rules).Resources[0].Status.Should().Be(RowStatus.Suspended);
        var slow = $",\"status\":{{\"work\":\"slow\",\"at\":\"{At(60):O}\"}}";
        Judge(rules, slow, 89).Status.Should().Be(OverallStatus.Healthy);
        Judge(rules, slow, 90).Status.Should().Be(OverallStatus.Degraded);
        Judge(rules, ",\"status\":{\"share\":\"1/2\"}", 1).Resources[0].Status.Should().Be(RowStatus.Progressing);
        Judge(rules, ",\"status\":{\"share\":\"2/2\"}", 1).Resources[0].Status.Should().Be(RowStatus.Healthy);
    }

    [Fact]
    public void What_a_rule_calls_healthy_does_not_hide_a_fault_and_what_it_calls_progressing_does()
    {
        var rules = GivenRules("""
            kinds:
              example.com/Widget:
                - {path: status.size, is: big, then: healthy}
                - {path: status.size, is: small, then: progressing}
            """);
        var failed = ",\"phase\":\"Failed\"}";

        Judge(rules, ",\"status\":{\"size\":\"big\"" + failed, 6).Resources[0].Status.Should().Be(RowStatus.Degraded);
        Judge(rules, ",\"status\":{\"size\":\"small\"" + failed, 6).Resources[0].Status.Should().Be(RowStatus.Progressing);
    }

    [Fact]
    public void A_narrower_entry_leaves_nothing_to_a_wider_one_and_what_is_absent_is_waited_for_while_it_is_young()
    {
        var rules = GivenRules("""
            kinds:
              example.com/Widget:
                - {condition: Done, absent: true, then: progressing}
              example.com/*:
                - {then: suspended}
            """);

        Judge(rules, ",\"status\":{\"size\":3}", 4.9).Resources[0].Status.Should().Be(RowStatus.Progressing);
        Judge(rules, ",\"status\":{\"size\":3}", 5).Resources[0].Status.Should().Be(RowStatus.Healthy);
    }

    [Theory]
    [InlineData("kinds:\n  a.b/C:\n    - {then: great}", 3, "then must be healthy, suspended, progressing or degraded, not \"great\"")]
    [InlineData("kinds:\n  a.b/C:\n    - {path: status.x, is: y}", 3, "a rule needs then")]
    [InlineData("kinds:\n  Certificate:\n    - {then: healthy}", 2, "write group/Kind")]
    [InlineData("kinds:\n  a.b/C: {then: healthy}", 2, "a kind needs a list of rules")]
    [InlineData("kinds:\n  a.b/C:\n    - {pth: status.x, then: healthy}", 3, "there is no key \"pth\"")]
    [InlineData("kinds:\n  a.b/C:\n    - {path: status.x, then: healthy}", 3, "needs one of is, is_not, absent, below and above")]
    [InlineData("kinds:\n  a.b/C:\n    - {path: status.x, status: y, absent: true, then: healthy}", 3, "status does not belong to a test of a path")]
    [InlineData("kinds:\n  a.b/C:\n    - {condition: X, is: y, then: healthy}", 3, "is does not belong to a test of a condition")]
    [InlineData("kinds:\n  a.b/C:\n    - {condition: X, path: y, is: z, then: healthy}", 3, "either condition or path")]
    [InlineData("kinds:\n  a.b/C:\n    - {condition: X, absent: maybe, then: healthy}", 3, "absent must be true or false")]
    [InlineData("kinds:\n  a.b/C:\n    - {condition: X, then: degraded, after: never}", 3, "after must be minutes")]
    [InlineData("kinds:\n  a.b/C:\n    - {condition: X, then: progressing, after: 1h}", 3, "after must be minutes")]
    [InlineData("words:\n  bad_phase: [X]", 2, "there is no key \"bad_phase\"")]
    [InlineData("words:\n  bad_phases: [[X]]", 2, "a text is needed")]
    [InlineData("words: [", 2, "not YAML")]
    [InlineData("", 1, "one document")]
    public void An_error_in_the_file_stops_the_start_with_line_and_reason(string yaml, int line, string reason)
    {
        File.WriteAllText(_file, yaml);

        var start = () => AgentApp.Create(new()
        {
            Connection = new() { BrokerUrl = "http://127.0.0.1:1", AgentId = $"{Guid.NewGuid()}", Pak = AgentPak() },
            Health = new() { RulesFile = _file },
        });

        start.Should().Throw<ConfigurationException>().Which.Message.Should().StartWith($"{_file}, line {line}: ").And.Contain(reason);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var load = () => RuleBook.Load(_file);

        load.Should().Throw<ConfigurationException>().WithMessage($"agent.health.rules_file names {_file}, which cannot be read*");
    }

    [Theory]
    [InlineData("cert-manager.io", "Certificate")]
    [InlineData("argoproj.io", "Rollout")]
    [InlineData("kustomize.toolkit.fluxcd.io", "Kustomization")]
    [InlineData("install.istio.io", "IstioOperator")]
    [InlineData("rds.aws.upbound.io", "Instance")]
    [InlineData("serving.knative.dev", "Service")]
    [InlineData("keda.sh", "ScaledObject")]
    [InlineData("external-secrets.io", "ExternalSecret")]
    [InlineData("postgresql.cnpg.io", "Cluster")]
    [InlineData("kafka.strimzi.io", "Kafka")]
    [InlineData("ceph.rook.io", "CephCluster")]
    [InlineData("velero.io", "Backup")]
    [InlineData("gateway.networking.k8s.io", "HTTPRoute")]
    [InlineData("infrastructure.cluster.x-k8s.io", "AWSCluster")]
    public void Kinds_in_wide_use_have_rules(string group, string kind) => RuleBook.Shipped.For(new(group, kind)).Should().NotBeEmpty();

    private static string AgentPak() => Brokkr.Contracts.Pak.Create(Brokkr.Contracts.PakRole.Agent).Reveal();

    private HealthEvaluator GivenRules(string yaml)
    {
        File.WriteAllText(_file, yaml);
        return new(new() { RulesFile = _file });
    }

    private static DeploymentHealth Judge(HealthEvaluator rules, string fields, double minutes)
    {
        var widget = AnObject("example.com/v1", "Widget", fields, rules: rules);
        return Build.Evaluate(ATarget(widget), new([widget], []), At(minutes), rules);
    }
}
