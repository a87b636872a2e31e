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
        await using var list = new Trickle(Encoding.UTF8.GetBytes($$$"""{"items":[{{{deep}}},{"metadata":{"name":"flat"}}]}"""));
        await using var watch = new MemoryStream(Encoding.UTF8.GetBytes($$$"""{"type":"ADDED","object":{{{deep}}}}""" + "\n"));

        (await ListedAsync(list)).Items.Select(w => w.Metadata.Name).Should().Equal("deep", "flat");
        await foreach (var (_, item) in WatchEvents.ReadAsync(watch, Widgets(), CancellationToken.None))
            ((ProjectedObject)item).Text("status.phase").Should().Be("Running");
    }

    [Fact]
    public async Task A_list_is_projected_while_it_streams_in_small_pieces()
    {
        var items = string.Join(',', Enumerable.Range(0, 200).Select(i =>
            $$$"""{"metadata":{"name":"w{{{i}}}","annotations":{"big":"{{{new string('y', 3000)}}}"}},"spec":"""
                + $$$"""{"blob":"{{{new string('z', 3000)}}}"},"status":{"phase":"Running","other":[[1],{"a":"b"}]}}"""));
        await using var stream = new Trickle(Encoding.UTF8.GetBytes($$$"""{"items":[{{{items}}}],"metadata":{"resourceVersion":"7"}}"""));

        var (listed, page) = await ListedAsync(stream);

        listed.Should().HaveCount(200)
            .And.OnlyContain(o => ((ProjectedObject)o).Fields.GetRawText() == """{"spec":{},"status":{"phase":"Running"}}""");
        page.ResourceVersion.Should().Be("7");
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"odd","uid":"u","ownerReferences":[{"uid":"o"}]},"status":"broken","apiVersion":7}""", "o")]
    [InlineData("""{"metadata":{"name":"odd","uid":"u","creationTimestamp":"yesterday"}}""", null)]
    public async Task An_object_that_cannot_be_read_costs_itself_alone(string odd, string? owner)
    {
        await using var list = new Trickle(Encoding.UTF8.GetBytes($$$"""{"items":[{{{odd}}},{"metadata":{"name":"plain"}}],"metadata":null}"""));
        await using var watch = new MemoryStream(Encoding.UTF8.GetBytes($$$"""{"type":"ADDED","object":{{{odd}}}}""" + "\n"));

        var (items, _) = await ListedAsync(list);

        items.Select(o => (o.Metadata.Name, o.Unread is null)).Should().Equal(("odd", false), ("plain", true));
        (items[0].Id, items[0].Metadata.Uid).Should().Be((new("example.com", "Widget", "", "odd"), "u"));
        items[0].Metadata.Controller?.Uid.Should().Be(owner);
        await foreach (var (_, item) in WatchEvents.ReadAsync(watch, Widgets(), CancellationToken.None))
            item.Unread.Should().NotBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("""{"items":[{"metadata":{"name":"a"}},{"meta""")]
    [InlineData("""{"items":[{"metadata":{"name":"a"}}]""")]
    public async Task What_is_no_list_or_has_no_end_is_not_believed(string text)
    {
        await using var list = new Trickle(Encoding.UTF8.GetBytes(text));

        await FluentActions.Awaiting(() => ListedAsync(list)).Should().ThrowAsync<JsonException>();
    }

    private static ItemReader Widgets() => new(
        new("example.com/v1", "Widget", "apis/example.com/v1/", "widgets", true),
        Build.ShippedRules.Kinds.JsonOf(new("example.com", "Widget")).ProjectedObject);

    private static async Task<(List<KubeObject> Items, ListMeta Page)> ListedAsync(Stream stream)
    {
        var items = new List<KubeObject>();
        return (items, await ListPage.ReadAsync(stream, Widgets(), items.Add, CancellationToken.None));
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
