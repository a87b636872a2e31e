using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Health;

/// <summary>What is wrong everywhere, in as few lines as there are things wrong.</summary>
public sealed class GroupTests
{
    [Fact]
    public async Task What_is_wrong_alike_is_one_group_the_worst_and_widest_first_with_an_example()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var (shop, bank) = (await broker.GivenStackAsync(), await broker.GivenStackAsync());
        var (web, api, other) =
            (await broker.GivenObjectAsync(shop, "web"), await broker.GivenObjectAsync(shop, "api"), await broker.GivenObjectAsync(bank, "web"));
        var agents = new List<(string Id, string Pak)>();
        for (var i = 0; i < 4; i++)
            agents.Add(await broker.GivenAgentAsync(shop, bank));
        foreach (var agent in agents)
        {
            await broker.ReportAsync(agent, web, agent == agents[0] ? "degraded" : "failing");
            await ReportAsync(broker, agent, api, "degraded", agent == agents[1] ? ["Slow", "Odd"] : []);
            await ReportAsync(broker, agent, other, agent == agents[2] ? "failing" : "healthy", ["ImagePullBackOff"]);
        }

        await broker.AgeAsync($"p.agent_id = '{agents[3].Id}'", seconds: 200);
        await broker.AgeAsync($"p.agent_id = '{agents[2].Id}' AND p.name = 'web' AND p.stack_id = '{shop}'", seconds: 100);
        var groups = await PagesAsync(broker, "");

        string[] silent = [$"unknown {shop} web Stale 1", $"unknown {bank} web Stale 1"];
        string[] expected =
        [
            $"failing {shop} web CrashLoopBackOff 3", $"failing {bank} web ImagePullBackOff 1", $"degraded {shop} api  2", $"degraded {shop} api Odd 1",
            $"degraded {shop} api Slow 1", $"unknown {shop} api Stale 1",
            .. silent.Order(StringComparer.Ordinal),
        ];
        groups.Select(Shown).Should().Equal(expected);
        var example = groups[0]["example"]!;
        (Text(example, "id"), Text(example, "agent_id"), Text(example, "status")).Should().Be((web, agents[2].Id, "failing"));
        Text(groups[0], "since").Should().Be(Text(example, "since"));
        (await PagesAsync(broker, "&status=failing")).Select(Shown).Should().Equal(
            $"failing {shop} web CrashLoopBackOff 2", $"failing {bank} web ImagePullBackOff 1");
        (await PagesAsync(broker, $"&stack_id={bank}&status=failing&status=degraded")).Should().HaveCount(1);
        (await PagesAsync(broker, $"&agent_id={agents[3].Id}")).Select(g => Text(g, "condition")).Should().Equal("Stale", "Stale", "Stale");
        (await PagesAsync(broker, "&condition=Odd")).Select(Shown).Should().Equal($"degraded {shop} api Odd 1");
        (await PagesAsync(broker, "&text=API&condition=Slow&condition=Stale")).Select(g => Text(g, "condition")).Should().Equal("Slow", "Stale");
    }

    [Fact]
    public async Task Where_nothing_is_wrong_there_is_no_group()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        await ReportAsync(broker, await broker.GivenAgentAsync(stack), id, "healthy", ["Progressing"]);

        (await PagesAsync(broker, "")).Should().BeEmpty();
        (await PagesAsync(broker, "&status=healthy")).Select(Shown).Should().Equal($"healthy {stack} web Progressing 1");
    }

    private static async Task ReportAsync(BrokerFixture broker, (string Id, string Pak) agent, string id, string status, string[] conditions)
    {
        var summary = new JsonObject { ["conditions"] = new JsonArray([.. conditions.Select(c => JsonValue.Create(c))]) };
        var item = new JsonObject { ["id"] = id, ["status"] = status, ["summary"] = summary };
        var json = new JsonObject { ["deployment_objects"] = new JsonArray(item) }.ToJsonString();
        var (_, body) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak, json);
        body["accepted"]!.GetValue<int>().Should().Be(1);
    }

    private static async Task<List<JsonNode>> PagesAsync(BrokerFixture broker, string query)
    {
        var (groups, token) = (new List<JsonNode>(), "");
        do
        {
            var (status, page) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/health/groups?page_size=2&page_token={token}{query}", broker.AdminPak);
            status.Should().Be(200, page.ToJsonString());
            page["at_least"]!.GetValue<bool>().Should().BeFalse();
            groups.AddRange(page["groups"]!.AsArray().Select(g => g!));
            token = Text(page, "next_page_token");
        }
        while (token.Length > 0);

        return groups;
    }

    private static string Shown(JsonNode group) =>
        $"{Text(group, "status")} {Text(group, "stack_id")} {Text(group, "name")} {Text(group, "condition")} {group["agents"]}";

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();
}
