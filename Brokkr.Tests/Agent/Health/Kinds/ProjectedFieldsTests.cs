using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Evaluate;
using Brokkr.Agent.Health.Custom;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Kinds;
using Brokkr.Contracts.Manifests;
using YamlDotNet.RepresentationModel;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Kinds;

/// <summary>What a rule looks at must be kept of its objects: what is not kept, it never sees on a cluster.</summary>
public class ProjectedFieldsTests
{
    /// <summary>Every object may say it; kinds that never do need not keep it.</summary>
    private const string Generation = "status.observedGeneration";

    private static readonly Lazy<IReadOnlyList<JsonElement>> Cases = new(() =>
    [
        .. File.ReadLines(Path.Combine(RepositoryRoot.Path, "Brokkr.Tests", "fixtures", "peer-cases", "peers.jsonl"))
            .Select(line => JsonElement.Parse(line).GetProperty("object")),
    ]);

    /// <summary>Objects that lead rules to fields at which they look last.</summary>
    private static readonly JsonElement[] Leading =
    [
        JsonElement.Parse("{}"),
        JsonElement.Parse("""{"spec":{"type":"LoadBalancer"},"status":{"phase":"Bound"}}"""),
        JsonElement.Parse("""{"status":{"phase":"Failed","attached":true,"message":"no"}}"""),
        JsonElement.Parse("""{"status":{"phase":"Pending","attachError":{"message":"no"}}}"""),
        JsonElement.Parse("""{"metadata":{"deletionTimestamp":"2026-03-01T12:00:00Z"}}"""),
    ];

    [Fact]
    public void Rules_of_Kubernetes_kinds_read_what_they_name_and_name_what_they_read()
    {
        var rules = KindRules.Kinds.GroupBy(k => KindRules.Find(k)!, ReferenceEqualityComparer.Instance)
            .Where(g => ((KindRule)g.Key!).Shape == KindShape.Projected).ToList();

        rules.Should().HaveCountGreaterThan(5);
        foreach (var group in rules)
        {
            var fields = ((KindRule)group.Key!).Fields;
            var reads = group.SelectMany(kind => Leading.Concat(CasesOf(kind)).SelectMany(o => ReadsOf(kind, o))).ToHashSet();

            reads.Where(path => path != Generation && !IsKept(path, fields)).Should().BeEmpty("the rule of {0} looks at what is not kept", group.First());
            fields.Where(field => !reads.Any(path => Covers(path, field))).Should().BeEmpty("the rule of {0} looks at nothing else", group.First());
        }
    }

    [Fact]
    public void The_rule_of_a_custom_resource_reads_what_it_names()
    {
        var kinds = Cases.Value.Select(KindOf).Where(k => KindRules.Find(k) is null).ToHashSet();

        kinds.Should().HaveCountGreaterThan(100);
        foreach (var kind in kinds)
        {
            var fields = ShippedRules.Kinds.For(kind).Fields;
            Leading.Concat(CasesOf(kind)).SelectMany(o => ReadsOf(kind, o)).Where(path => !IsKept(path, fields))
                .Should().BeEmpty("the rule of {0} looks at what is not kept", kind);
        }
    }

    [Fact]
    public void Each_shipped_row_reads_what_it_names()
    {
        var rows = RuleBook.Shipped.Kinds.SelectMany(kind => kind.Rows.Select(row => (kind.Name, Row: row))).ToList();

        rows.Should().HaveCountGreaterThan(100);
        foreach (var (name, row) in rows)
        {
            var resource = new Recorder { Fields = Leading[0] };
            row.Judge(new(resource, new(new([], []), At(600), Start, TimeSpan.FromMinutes(60)), false));
            foreach (var test in row.Tests)
                test.Find(resource);
            resource.Reads.Where(path => !IsKept(path, [.. row.Paths])).Should().BeEmpty("a row of {0} looks at what is not kept", name);
        }
    }

    [Fact]
    public void An_object_is_read_in_the_shape_that_the_rule_of_its_kind_judges()
    {
        foreach (var kind in KindRules.Kinds)
        {
            var found = new ObjectReader(ShippedRules.Kinds).Read("""{"metadata":{"name":"it"}}"""u8, $"{kind.Group}/v1", kind.Kind);

            found.GetType().Name.Should().Be(
                KindRules.Find(kind)!.Shape switch
                {
                    KindShape.Event =>
                nameof(KubeEvent),
                    KindShape.Projected => nameof(ProjectedObject),
                    var shape => $"{shape}"
                });
        }
    }

    /// <summary>What the rule of a kind looks at in one object.</summary>
    private static HashSet<string> ReadsOf(KindId kind, JsonElement given)
    {
        var found = new Recorder
        {
            ApiVersion = kind.Group.Length > 0 ? $"{kind.Group}/v1" : "v1",
            Kind = kind.Kind,
            Metadata = given.TryGetProperty("metadata", out var metadata) ? metadata.Deserialize(ClusterJson.Default.ObjectMeta)! : new(),
            Fields = given,
        };
        var manifest = new ManifestObject(found.ApiVersion, kind.Kind, "shop", "it", new YamlMappingNode());
        var context = new RuleContext(new([found], []), At(600), Start, TimeSpan.FromMinutes(60));
        ResourceRule.Evaluate(new(manifest, found.Id, found, [], false), found, ShippedRules.Kinds.For(kind), podsKnown: true, context);
        return found.Reads;
    }

    private static IEnumerable<JsonElement> CasesOf(KindId kind) => Cases.Value.Where(o => KindOf(o) == kind);

    private static KindId KindOf(JsonElement given) =>
        new(ResourceId.GroupOf(given.GetProperty("apiVersion").GetString()!), given.GetProperty("kind").GetString()!);

    /// <summary>Whether what is at the path is kept. Of conditions all parts are looked at; of a list that is kept, its scalars are.</summary>
    private static bool IsKept(string path, IReadOnlyList<string> fields) => fields.Any(field => Covers(path, field))
        && (!fields.Contains($"{path}.*.type") || ConditionFields.Of(path).All(fields.Contains));

    /// <summary>Whether looking at the path is looking at the field.</summary>
    private static bool Covers(string path, string field) =>
        field == path || field.StartsWith($"{path}.", StringComparison.Ordinal) || path == $"{field}.*";

    /// <summary>An object that keeps everything, and notes what is looked at.</summary>
    private sealed class Recorder : ProjectedObject
    {
        public HashSet<string> Reads { get; } = [];

        public override IEnumerable<JsonElement> At(string path)
        {
            Reads.Add(path);
            return base.At(path);
        }
    }
}
