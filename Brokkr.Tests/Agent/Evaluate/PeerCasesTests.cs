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
        "TestPodStatus/podCompletedFailed",
        "TestPodStatus/podUnschedulable",
        "TestServiceStatus/serviceLBok",
        "batch/CronJob/never-succeeded.yaml",
        "cronjob/suspended",
        "crdReady-v1/NamesAccepted False",
        "crdReady-v1beta1/NamesAccepted False",
        "deployment-flux-managed/Deployment/podinfo",
        "multiple-2-pods-docs/Pod/storage-provisioner",
        "pod-imagepullbackoff-never-policy/Pod/backoff-never-policy",
        "pod-imagepullbackoff-with-valid-secret/Pod/backoff-with-valid-secret",
        "pod-pending-nodeselector/Pod/pod-pending-nodeselector",
        "pod-pending-preferred-antiaffinity-only/Pod/pod-pending-preferred-antiaffinity-only",
        "pod-pending-required-antiaffinity/Pod/pod-pending-required-antiaffinity",
        "pod-pending-required-nodeaffinity/Pod/pod-pending-required-nodeaffinity",
        "pod-pending-topology-spread-donotschedule/Pod/pod-pending-topology-spread-donotschedule",
    ];

    private static readonly Lazy<IReadOnlyList<PeerCase>> Cases = new(() => [.. File.ReadLines(FixturePath).Select(Judge)]);

    private static string FixturePath => Path.Combine(RepositoryRoot.Path, "Brokkr.Tests", "fixtures", "peer-cases", "peers.jsonl");

    [Theory]
    [InlineData(true, 217)]
    [InlineData(false, 830)]
    public void We_agree_with_peers_at_least_so_often(bool builtIn, int atLeast)
    {
        var cases = Cases.Value.Where(c => c.IsBuiltIn == builtIn).ToList();

        cases.Count(c =>
            c.Agrees).Should().BeGreaterThanOrEqualTo(atLeast, string.Join(", ", cases.Where(c => !c.Agrees).Select(c => $"{c.Name} is {c.Ours}")));
    }

    [Fact]
    public void On_built_in_kinds_we_differ_only_where_a_rule_wants_it() =>
        Cases.Value.Where(c => c.IsBuiltIn && !c.Agrees).Select(c => c.Name).Should().BeEquivalentTo(KnownDisagreements);

    [Fact]
    public void Every_difference_on_built_in_kinds_stands_in_the_documentation_with_its_reason()
    {
        var rows = File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "health.md")).Where(line => line.StartsWith('|')).ToList();

        KnownDisagreements.Where(name => !rows.Exists(r => r.Contains($"`{name}`", StringComparison.Ordinal) && r.Split('|')[^2].Trim().Length > 0))
            .Should().BeEmpty();
    }

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
