using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>What webhooks get is what <c>docs/schemas/alert-message.json</c> says, of each type, and each field of it is described there.</summary>
public sealed class SchemaTests
{
    private static readonly string File = Path.Combine(RepositoryRoot.Path, "docs", "schemas", "alert-message.json");

    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    [Fact]
    public async Task Every_type_of_message_is_as_its_schema_says()
    {
        var text = await System.IO.File.ReadAllTextAsync(File);
        var schema = JsonSchema.FromText(text);
        var types = JsonNode.Parse(text)!["oneOf"]!.AsArray().Select(r => ((string)r!["$ref"]!)["#/$defs/".Length..]).ToList();

        var bodies = await MessagesAsync();

        bodies.Select(b => (string)b["type"]!).Distinct().Should().BeEquivalentTo(types);
        foreach (var body in bodies)
            Flaws(schema, body).Should().BeEmpty(body.ToJsonString());
        var described = Properties(JsonNode.Parse(text)!).ToHashSet();
        bodies.SelectMany(b => Fields(b)).Distinct().Should().BeSubsetOf(described, "each field is described");
    }

    [Theory]
    [InlineData("receiver.test", "now")]
    [InlineData("receiver.tests", "2026-11-29T14:02:41Z")]
    [InlineData("alert.firing", "2026-11-29T14:02:41Z")]
    public void What_is_no_message_is_none(string type, string time) => Flaws(JsonSchema.FromText(System.IO.File.ReadAllText(File)), JsonNode.Parse($$"""
        {"type":"{{type}}","timestamp":"{{time}}",
         "data":{"group_key":"test","rule":"","totals":{"firing":0,"resolved":0 },"truncated":0,"alerts":[] } }
        """)!).Should().NotBeEmpty();

    [Fact]
    public void A_field_that_comes_later_breaks_no_reader() => Flaws(JsonSchema.FromText(System.IO.File.ReadAllText(File)), JsonNode.Parse("""
        {"type":"receiver.test","timestamp":"2026-11-29T14:02:41Z","later":1,
         "data":{"group_key":"test","rule":"","totals":{"firing":0,"resolved":0,"later":1},"truncated":0,"alerts":[],"later":1}}
        """)!).Should().BeEmpty();

    [Fact]
    public void The_example_of_the_page_is_a_message()
    {
        var page = System.IO.File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "alerts.md"));
        var from = page.IndexOf("```json\n", StringComparison.Ordinal) + "```json\n".Length;

        Flaws(JsonSchema.FromText(System.IO.File.ReadAllText(File)), JsonNode.Parse(page[from..page.IndexOf("\n```", from, StringComparison.Ordinal)])!)
            .Should().BeEmpty();
    }

    /// <summary>All that a webhook gets of a fleet that fails, gets worse, recovers, fails by the dozen, and falls silent.</summary>
    private static async Task<List<JsonNode>> MessagesAsync()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await alerts.Broker.RestAsync(HttpMethod.Post, $"/api/v1/alert-receivers/{alerts.ReceiverId}/test", alerts.Broker.AdminPak, "{}");
        var (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(agent, web, "degraded");
        await alerts.LaterAsync(6);
        await alerts.PassAsync();
        await alerts.Broker.SqlAsync("""
            UPDATE deployment_health SET summary = summary || '{"findings":[{"severity":"failing","kind":"Pod","name":"web-1","container":"app",
              "exit_code":3,"message":"no config"}]}'
            """);
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await alerts.PassAsync();
        await alerts.Broker.ReportAsync(agent, web, "healthy");
        await alerts.PassAsync();
        var many = await alerts.GivenManyAsync(40, "failing");
        await alerts.PassAsync();
        await alerts.LaterAsync(11);
        await alerts.Broker.SqlAsync("UPDATE alert_watch SET watching_since = NOW() - INTERVAL '1 day', seen_at = NOW()");
        await alerts.Broker.SqlAsync($"UPDATE agents SET last_seen_at = NOW() - INTERVAL '1 hour' WHERE id = '{many}'");
        await alerts.PassAsync();
        await alerts.Broker.SqlAsync($"UPDATE agents SET last_seen_at = NOW() WHERE id = '{many}'");
        await alerts.PassAsync();
        return [.. alerts.Inbox.Bodies];
    }

    private static List<string> Flaws(JsonSchema schema, JsonNode body)
    {
        var result = schema.Evaluate(JsonSerializer.SerializeToElement(body), Options);
        return result.IsValid ? [] : [.. (result.Details ?? []).Where(d => d.Errors?.Count > 0)
            .Select(d => $"{d.InstanceLocation}: {string.Join("; ", d.Errors!.Values)}").DefaultIfEmpty("It is not valid.")];
    }

    private static IEnumerable<string> Fields(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(p => Fields(p.Value).Prepend(p.Key)),
        JsonArray list => list.SelectMany(Fields),
        _ => [],
    };

    private static IEnumerable<string> Properties(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(p => p.Key == "properties"
            ? p.Value!.AsObject().SelectMany(q => Properties(q.Value).Prepend(q.Key)) : Properties(p.Value)),
        JsonArray list => list.SelectMany(Properties),
        _ => [],
    };
}
