using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Health;

/// <summary>Filters find by index, and in whichever way is the cheaper; what they find is what is there.</summary>
public sealed class FilterTests
{
    private const int ObjectsOfAKind = 15;
    private const int PageSize = 5;

    private static readonly string[] Statuses = ["failing", "degraded", "unknown", "healthy"];

    [Fact]
    public async Task Every_filter_finds_page_by_page_what_the_whole_list_holds_rare_or_not()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var stack = await broker.GivenStackAsync();
        var objects = new List<string>();
        for (var i = 0; i < ObjectsOfAKind; i++)
        {
            objects.Add(await broker.GivenObjectAsync(stack, $"Web.Front-{i:00}"));
            objects.Add(await broker.GivenObjectAsync(stack, $"api-{i:00}"));
        }

        var (heard, silent, partly) = (await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack));
        await ReportAsync(broker, heard, objects, i => i == 3 ? "unknown" : i % 7 == 0 ? "failing" : "healthy");
        await ReportAsync(broker, silent, objects, i => i % 2 == 0 ? "degraded" : "healthy");
        await ReportAsync(broker, partly, [.. objects.Take(objects.Count - 2)], _ => "healthy");
        await broker.AgeAsync($"p.agent_id = '{silent.Id}'", seconds: 200);
        await broker.AgeAsync($"p.agent_id = '{partly.Id}' AND p.name = 'api-00'", seconds: 200);
        await broker.SqlAsync("ANALYZE");

        var all = await PagesAsync(broker, "");
        all.Should().HaveCount(3 * objects.Count);
        foreach (var (query, isMeant) in Filters(silent.Id))
            Keys(await PagesAsync(broker, query)).Should().Equal(Keys(all.Where(isMeant)), query);
        Keys(await PagesAsync(broker, "&condition=Stale")).Should().HaveCount(objects.Count + 1);
        Keys(await PagesAsync(broker, "&condition=AwaitingReport")).Should().HaveCount(2);
        Keys(await PagesAsync(broker, "&text=FRONT-07")).Should().HaveCount(3);
    }

    private static IEnumerable<(string Query, Func<JsonNode, bool> IsMeant)> Filters(string agent)
    {
        foreach (var status in Statuses)
        {
            yield return ($"&status={status}", r => Text(r, "status") == status);
            yield return ($"&status={status}&text=front", r => Text(r, "status") == status && Text(r, "name").Contains("Front", StringComparison.Ordinal));
            yield return ($"&status={status}&agent_id={agent}", r => Text(r, "status") == status && Text(r, "agent_id") == agent);
        }

        foreach (var condition in (string[])["Stale", "AwaitingReport", "NeverReported", "CrashLoopBackOff", "Nothing"])
        {
            yield return ($"&condition={condition}", r => Holds(r, condition));
            yield return ($"&condition={condition}&text=pi-0", r => Holds(r, condition) && Text(r, "name").Contains("pi-0", StringComparison.Ordinal));
        }

        foreach (var text in (string[])["i-", "w", "EB.FRONT-1", "agent-", "stack", "front-01x", "_", "b.f"])
        {
            yield return ($"&text={text}", r =>
                ((string[])["name", "stack_name", "agent_name"]).Any(f => Text(r, f).Contains(text, StringComparison.OrdinalIgnoreCase)));
        }
    }

    private static async Task ReportAsync(BrokerFixture broker, (string Id, string Pak) agent, IReadOnlyList<string> objects, Func<int, string> statusOf)
    {
        var items = objects.Select((id, i) => new JsonObject
        {
            ["id"] = id,
            ["status"] = statusOf(i),
            ["summary"] = new JsonObject { ["conditions"] = statusOf(i) == "failing" ? new JsonArray("CrashLoopBackOff") : [] },
        });
        var (status, body) = await broker.RestAsync(
            HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak,
            new JsonObject { ["deployment_objects"] = new JsonArray([.. items]) }.ToJsonString());
        status.Should().Be(200, body.ToJsonString());
    }

    private static async Task<List<JsonNode>> PagesAsync(BrokerFixture broker, string query)
    {
        var (rows, token) = (new List<JsonNode>(), "");
        do
        {
            var (status, page) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/health?page_size={PageSize}&page_token={token}{query}", broker.AdminPak);
            status.Should().Be(200, page.ToJsonString());
            rows.AddRange(page["deployment_objects"]!.AsArray().Select(r => r!));
            token = Text(page, "next_page_token");
        }
        while (token.Length > 0);

        return rows;
    }

    private static IEnumerable<string> Keys(IEnumerable<JsonNode> rows) => rows.Select(r => $"{Text(r, "name")} {Text(r, "id")} {Text(r, "agent_id")}");

    private static bool Holds(JsonNode row, string condition) => row["summary"]!["conditions"]!.AsArray().Any(c => c!.GetValue<string>() == condition);

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();
}
