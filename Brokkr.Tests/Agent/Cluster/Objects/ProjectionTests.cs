using System.Text;
using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Reading;
using Brokkr.Agent.Evaluate;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Kinds;

namespace Brokkr.Tests.Agent.Cluster.Objects;

/// <summary>How little is kept of the objects that the agent watches.</summary>
public class ProjectionTests
{
    [Fact]
    public void Only_what_the_rules_of_a_kind_look_at_is_kept()
    {
        const string certificate = """
            {"apiVersion":"cert-manager.io/v1","kind":"Certificate","metadata":{"name":"web","namespace":"prod","uid":"u","labels":{"a":"b"},
            "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"spec\":{}}","brokkr.io/ignore-health":"false"}},
            "spec":{"dnsNames":["a","b"],"secretName":"tls","paused":false},"data":{"k":"v"},
            "status":{"notAfter":"2027-01-01T00:00:00Z","conditions":[{"type":"Ready","status":"True","reason":"Ready","message":"fine",
             "extra":{"deep":[1,2]}}]}}
            """;

        var kept = (ProjectedObject)Read(certificate, "cert-manager.io/v1", "Certificate");

        kept.Fields.GetRawText(
            ).Should().Be("""{"spec":{"paused":false},"status":{"conditions":[{"type":"Ready","status":"True","reason":"Ready","message":"fine"}]}}""");
        kept.Metadata.Annotations.Keys.Should().Equal("brokkr.io/ignore-health");
    }

    [Theory]
    [InlineData("v1", "Secret")]
    [InlineData("v1", "ConfigMap")]
    [InlineData("rbac.authorization.k8s.io/v1", "ClusterRole")]
    [InlineData("networking.k8s.io/v1", "NetworkPolicy")]
    public void Of_kinds_that_only_have_to_exist_metadata_is_kept(string apiVersion, string kind)
    {
        Build.ShippedRules.Kinds.For(new KindId(ResourceId.GroupOf(apiVersion), kind)).Shape.Should().Be(KindShape.Metadata);
        Read("""{"metadata":{"name":"s"},"data":{"password":"c2VjcmV0"},"spec":{},"status":{}}""", apiVersion, kind).GetType().Should().Be<KubeObject>();
    }

    [Fact]
    public void No_rule_can_make_the_agent_read_secrets()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "kinds:\n  \"*/Secret\":\n    - {path: data.password, absent: true, then: degraded}\n");
        var rules = new HealthEvaluator(new() { RulesFile = file });

        new ObjectReader(rules.Kinds).Read("""{"metadata":{"name":"s"},"data":{"password":"c2VjcmV0"}}"""u8, "v1", "Secret").GetType().Should()
            .Be<KubeObject>();

        File.Delete(file);
    }

    [Fact]
    public void Long_texts_and_lists_are_cut()
    {
        var conditions = string.Join(',', Enumerable.Repeat($$"""{"type":"X","status":"True","message":"{{new string('x', 5000)}}"}""", 500));

        var kept = (ProjectedObject)Read($$$"""{"metadata":{"name":"s"},"status":{"conditions":[{{{conditions}}}]}}""", "example.com/v1", "Widget");

        kept.Conditions().Should().HaveCount(100).And.OnlyContain(c => c.Message!.Length == 1024);
    }

    [Fact]
    public async Task An_object_that_nests_as_deep_as_a_server_permits_hides_no_other()
    {
        var deep = $$$"""{"metadata":{"name":"deep"},"spec":{"tree":{{{new string('[', 9_000)}}}{{{new string(']', 9_000)}}}},"status":{"phase":"Running"}}""";
        var json = Build.ShippedRules.Kinds.JsonOf(new("example.com", "Widget"));
        await using var list = new Trickle(Encoding.UTF8.GetBytes($$$"""{"items":[{{{deep}}},{"metadata":{"name":"flat"}}]}"""));
        await using var watch = new MemoryStream(Encoding.UTF8.GetBytes($$$"""{"type":"ADDED","object":{{{deep}}}}""" + "\n"));

        (await JsonSerializer.DeserializeAsync(list, json.ObjectListProjectedObject))!.Items.Select(w => w.Metadata.Name).Should().Equal("deep", "flat");
        await foreach (var (_, item) in WatchEvents.ReadAsync(watch, json.ProjectedObject, CancellationToken.None))
            item.Text("status.phase").Should().Be("Running");
    }

    [Fact]
    public async Task A_list_is_projected_while_it_streams_in_small_pieces()
    {
        var items = string.Join(',', Enumerable.Range(0, 200).Select(i =>
            $$$"""{"metadata":{"name":"w{{{i}}}","annotations":{"big":"{{{new string('y', 3000)}}}"}},"spec":"""
                + $$$"""{"blob":"{{{new string('z', 3000)}}}"},"status":{"phase":"Running","other":[[1],{"a":"b"}]}}"""));
        var json = Build.ShippedRules.Kinds.JsonOf(new("example.com", "Widget"));
        await using var stream = new Trickle(Encoding.UTF8.GetBytes($$$"""{"items":[{{{items}}}],"metadata":{"resourceVersion":"7"}}"""));

        var list = await JsonSerializer.DeserializeAsync(stream, json.ObjectListProjectedObject);

        list!.Items.Should().HaveCount(200).And.OnlyContain(o => o.Fields.GetRawText() == """{"spec":{},"status":{"phase":"Running"}}""");
        list.Metadata.ResourceVersion.Should().Be("7");
    }

    private static KubeObject Read(string json, string apiVersion, string kind) =>
        new ObjectReader(Build.ShippedRules.Kinds).Read(Encoding.UTF8.GetBytes(json), apiVersion, kind);

    /// <summary>Hands out a few bytes at a time, as a slow connection does.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 97)], cancellationToken);
    }
}
