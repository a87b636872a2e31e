using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>Who is heard, and how what they run is.</summary>
public sealed class AgentListTests
{
    [Fact]
    public async Task An_agent_is_listed_with_its_state_its_version_and_the_statuses_that_count_now()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var (stack, reader) = (await broker.GivenStackAsync(), await broker.GivenPakAsync("reader"));
        string[] objects = [await broker.GivenObjectAsync(stack, "a"), await broker.GivenObjectAsync(stack, "b"), await broker.GivenObjectAsync(stack, "c")];
        var (reporting, partly, silent, never) = (await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack),
            await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync());
        await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{reporting.Id}/sessions", reporting.Pak, """{"agent_version":"1.2.3"}""");
        foreach (var agent in new[] { reporting, partly, silent })
        {
            await broker.ReportAsync(agent, objects[0], "failing");
            await broker.ReportAsync(agent, objects[1], "healthy");
        }

        await broker.AgeAsync($"p.agent_id = '{silent.Id}' AND p.status IS NOT NULL", seconds: 200);
        await broker.AgeAsync($"p.agent_id = '{partly.Id}' AND p.name = 'a'", seconds: 200);
        await broker.SqlAsync($"UPDATE agents SET last_seen_at = NOW() - INTERVAL '200 seconds' WHERE id = '{silent.Id}'");

        var body = await ListAsync(broker, reader.Pak, "");

        body["agents"]!.AsArray().Select(a => (Text(a!, "id"), Shown(a!))).Should().BeEquivalentTo(
        [
            (reporting.Id, "reporting 1.2.3 failing 1/0/1/1"),
            (partly.Id, "reporting  unknown 0/0/2/1"),
            (silent.Id, "silent  unknown 0/0/3/0"),
            (never.Id, "never  healthy 0/0/0/0"),
        ]);
        body["counts"]!.ToJsonString().Should().Be("""{"reporting":2,"silent":1,"never":1}""");
        foreach (var agent in body["agents"]!.AsArray())
        {
            (await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{Text(agent!, "id")}", reader.Pak)).Body.ToJsonString().Should()
                .Be(agent!.ToJsonString());
        }

        (await IdsAsync(broker, "&order_by=severity")).Should().Equal(reporting.Id, partly.Id, silent.Id, never.Id);
        (await IdsAsync(broker, "&order_by=last_seen_at")).Take(2).Should().Equal(never.Id, silent.Id);
        (await IdsAsync(broker, "&state=silent&state=never")).Should().Equal(silent.Id, never.Id);
        (await IdsAsync(broker, "&state=silent&text=AGENT")).Should().Equal(silent.Id);
        (await IdsAsync(broker, "&text=other")).Should().BeEmpty();
        var name = Text(body["agents"]![0]!, "name");
        (await IdsAsync(broker, $"&name={name}")).Should().Equal(reporting.Id);
        (await IdsAsync(broker, $"&name={name[..^1]}")).Should().BeEmpty();
        (await ListAsync(broker, reader.Pak, "&state=silent&text=agent"))["counts"]!.ToJsonString().Should().Be("""{"reporting":2,"silent":1,"never":1}""");
    }

    [Theory]
    [InlineData("state=lost", "state: must be one of reporting, silent, never")]
    [InlineData("order_by=age", "order_by: must be one of name, severity, last_seen_at")]
    public async Task A_wrong_parameter_is_named(string query, string message)
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });

        var (status, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents?{query}", broker.AdminPak);

        (status, Text(body, "message").TrimEnd('.')).Should().Be((400, message));
    }

    [Fact]
    public async Task A_token_of_another_order_is_refused()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        await broker.GivenAgentAsync();
        await broker.GivenAgentAsync();
        var token = Text(await ListAsync(broker, broker.AdminPak, "&page_size=1&order_by=severity"), "next_page_token");

        foreach (var (order, expected) in ((string, int)[])[("severity", 200), ("name", 400), ("last_seen_at", 400)])
        {
            (await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents?page_size=1&order_by={order}&page_token={token}", broker.AdminPak)).Status.Should()
                .Be(expected, order);
        }
    }

    /// <summary>Page by page, one agent each.</summary>
    private static async Task<List<string>> IdsAsync(BrokerFixture broker, string query)
    {
        var (ids, token) = (new List<string>(), "");
        do
        {
            var page = await ListAsync(broker, broker.AdminPak, $"&page_size=1&page_token={token}{query}");
            ids.AddRange(page["agents"]!.AsArray().Select(a => Text(a!, "id")));
            token = Text(page, "next_page_token");
        }
        while (token.Length > 0);

        return ids;
    }

    private static async Task<JsonNode> ListAsync(BrokerFixture broker, string pak, string query)
    {
        var (status, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents?{query.TrimStart('&')}", pak);
        status.Should().Be(200, body.ToJsonString());
        return body;
    }

    private static string Shown(JsonNode agent) =>
        $"{Text(agent, "state")} {Text(agent, "version")} {Text(agent, "overall_status")} {agent["counts"]!["failing"]}/{agent["counts"]!["degraded"]}/"
        + $"{agent["counts"]!["unknown"]}/{agent["counts"]!["healthy"]}";

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();
}
