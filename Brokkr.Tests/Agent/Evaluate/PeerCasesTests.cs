using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Evaluate;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Tests.Agent.Evaluate;

/// <summary>How often our verdict on an object agrees with that of other systems' own tests. The figures may rise; one that falls needs a reason.</summary>
public class PeerCasesTests
{
    private static readonly HashSet<string> BuiltInGroups =
        ["", "apps", "batch", "autoscaling", "policy", "extensions", "networking.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io"];

    /// <summary>Where a rule of ours differs on purpose; docs/health.md has the reasons.</summary>
    private static readonly string[] KnownDisagreements =
    [
        "pod-running-restart-never-hook-with-ignore-annotation.yaml",
        "TestPodStatus/podCompletedFailed",
        "TestPodStatus/podUnschedulable",
        "TestServiceStatus/serviceLBok",
        "batch/CronJob/never-succeeded.yaml",
    ];

    private static readonly Lazy<IReadOnlyList<PeerCase>> Cases = new(() => [.. File.ReadLines(FixturePath).Select(Judge)]);

    private static string FixturePath => Path.Combine(RepositoryRoot.Path, "Brokkr.Tests", "fixtures", "peer-cases", "peers.jsonl");

    [Theory]
    [InlineData("argo-customization: bad", 71)]
    [InlineData("argo-customization: ok", 85)]
    [InlineData("argo-customization: waiting", 72)]
    [InlineData("argo-health: bad", 5)]
    [InlineData("argo-health: ok", 15)]
    [InlineData("argo-health: waiting", 5)]
    [InlineData("karmada-native: not ok", 9)]
    [InlineData("karmada-native: ok", 5)]
    [InlineData("karmada-thirdparty: not ok", 21)]
    [InlineData("karmada-thirdparty: ok", 9)]
    [InlineData("kstatus: bad", 1)]
    [InlineData("kstatus: ok", 14)]
    [InlineData("kstatus: waiting", 10)]
    public void We_agree_with_a_peer_at_least_so_often(string group, int atLeast)
    {
        var cases = Cases.Value.Where(c => $"{c.Source}: {c.Expected}" == group).ToList();

        cases.Count(c =>
            c.Agrees).Should().BeGreaterThanOrEqualTo(atLeast, string.Join(", ", cases.Where(c => !c.Agrees).Select(c => $"{c.Name} is {c.Ours}")));
    }

    [Fact]
    public void On_built_in_kinds_we_differ_only_where_a_rule_wants_it() =>
        Cases.Value.Where(c => c.IsBuiltIn && !c.Agrees).Select(c => c.Name).Should().BeEquivalentTo(KnownDisagreements);

    private static PeerCase Judge(string line)
    {
        using var json = JsonDocument.Parse(line);
        var (root, given) = (json.RootElement, json.RootElement.GetProperty("object"));
        var bytes = JsonSerializer.SerializeToUtf8Bytes(given);
        var head = DocumentHead.Of(bytes);
        var found = new ObjectReader(Build.ShippedRules.Kinds).Read(bytes, head.ApiVersion, head.Kind);
        var row = Judgement.OfOne(found, head.NewestTime ?? TimeProvider.System.GetUtcNow(), Build.ShippedRules).Row;
        return new(
            root.GetProperty("source").GetString()!, root.GetProperty("case").GetString()!, ClassOf(root.GetProperty("expected").GetString()!),
            ClassOf(row.Status), BuiltInGroups.Contains(ResourceId.GroupOf(head.ApiVersion)));
    }

    private static string ClassOf(string verdict) => verdict switch
    {
        "Healthy" or "Current" or "Suspended" or "None" or "healthy" => "ok",
        "Progressing" or "InProgress" or "Terminating" => "waiting",
        "Degraded" or "Failed" or "Missing" or "NotFound" => "bad",
        "unhealthy" => "not ok",
        _ => "unknown",
    };

    private static string ClassOf(RowStatus status) => status switch
    {
        RowStatus.Healthy or RowStatus.Suspended => "ok",
        RowStatus.Progressing => "waiting",
        RowStatus.Unknown => "unknown",
        _ => "bad",
    };

    private sealed record PeerCase(string Source, string Name, string Expected, string Ours, bool IsBuiltIn)
    {
        public bool Agrees => Expected == "not ok" ? Ours != "ok" : Expected == Ours;
    }
}
