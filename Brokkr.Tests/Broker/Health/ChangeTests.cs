using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Health;

/// <summary>What changed in the whole fleet.</summary>
public sealed class ChangeTests
{
    [Fact]
    public async Task Changes_of_the_fleet_come_newest_first_and_page_by_page_with_who_fell_silent_among_them()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var (shop, bank) = (await broker.GivenStackAsync(), await broker.GivenStackAsync());
        var (web, api) = (await broker.GivenObjectAsync(shop, "web"), await broker.GivenObjectAsync(bank, "api"));
        var (first, second) = (await broker.GivenAgentAsync(shop, bank), await broker.GivenAgentAsync(shop, bank));
        await broker.ReportAsync(first, web, "healthy", "2026-01-15T10:30:00Z");
        await broker.ReportAsync(first, api, "failing", "2026-01-15T10:30:00Z");
        await broker.AgeAsync($"p.agent_id = '{first.Id}'", seconds: 300);
        var between = await broker.SqlAsync("SELECT to_char(NOW() AT TIME ZONE 'UTC' - INTERVAL '10 seconds', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
        await broker.ReportAsync(second, web, "failing", "2026-01-15T10:30:00Z");
        await broker.ReportAsync(second, web, "degraded", "2026-01-15T10:31:00Z");

        var all = await PagesAsync(broker, "");

        all.Take(2).Select(Shown).Should().Equal($"{web} {second.Id} failing>degraded", $"{web} {second.Id} unknown>failing");
        all.Skip(2).Take(2).Select(Shown).Should().BeEquivalentTo($"{web} {first.Id} healthy>unknown", $"{api} {first.Id} failing>unknown");
        all.Skip(4).Select(Shown).Should().BeEquivalentTo($"{web} {first.Id} unknown>healthy", $"{api} {first.Id} unknown>failing");
        all.Select(c => Text(c["transition"]!, "at")).Should().BeInDescendingOrder(StringComparer.Ordinal);
        (Text(all[0], "name"), Text(all[0], "stack_id"), Text(all[0]["transition"]!, "agent_id")).Should().Be(("web", shop, second.Id));
        all.Should().OnlyContain(c => c["transition"]!["changes"]!.GetValue<int>() == 1);
        all[2]["transition"]!["conditions"]!.AsArray().Select(c => c!.GetValue<string>()).Should().Equal("Stale");
        (await PagesAsync(broker, $"&stack_id={bank}")).Select(Shown).Should().Equal($"{api} {first.Id} failing>unknown", $"{api} {first.Id} unknown>failing");
        (await PagesAsync(broker, $"&agent_id={second.Id}")).Select(Shown).Should().Equal(all.Take(2).Select(Shown));
        (await PagesAsync(broker, $"&since={between}")).Select(Shown).Should().Equal(all.Take(2).Select(Shown));
    }

    [Fact]
    public async Task A_superseded_revision_keeps_its_changes()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var stack = await broker.GivenStackAsync();
        var former = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        await broker.ReportAsync(agent, former, "failing");
        await broker.RestAsync(HttpMethod.Post, $"/api/v1/stacks/{stack}/deployment-objects", broker.AdminPak,
            """{"name":"web","yaml":"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n"}""");

        (await PagesAsync(broker, "")).Select(Shown).Should().Equal($"{former} {agent.Id} unknown>failing");
    }

    [Fact]
    public async Task Falling_silent_stands_on_one_page_though_it_is_written_down_between_two()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var stack = await broker.GivenStackAsync();
        var web = await broker.GivenObjectAsync(stack, "web");
        var agent = await broker.GivenAgentAsync(stack);
        await broker.ReportAsync(agent, web, "degraded", "2026-01-15T10:30:00Z");
        await broker.AgeAsync($"p.agent_id = '{agent.Id}'", seconds: 300);
        var (_, first) = await PageAsync(broker, "");
        first["changes"]!.AsArray().Select(c => Shown(c!)).Should().Equal($"{web} {agent.Id} degraded>unknown");

        await broker.ReportAsync(agent, web, "healthy", "2026-01-15T10:31:00Z");
        var (_, second) = await PageAsync(broker, $"&page_token={Text(first, "next_page_token")}");

        second["changes"]!.AsArray().Select(c => Shown(c!)).Should().Equal($"{web} {agent.Id} unknown>degraded");
        Text(second, "next_page_token").Should().BeEmpty();
    }

    [Fact]
    public async Task A_status_that_nobody_knows_costs_its_change_alone()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var stack = await broker.GivenStackAsync();
        var web = await broker.GivenObjectAsync(stack, "web");
        var agent = await broker.GivenAgentAsync(stack);
        await broker.ReportAsync(agent, web, "degraded", "2026-01-15T10:30:00Z");
        await broker.ReportAsync(agent, web, "failing", "2026-01-15T10:31:00Z");
        await broker.SqlAsync("UPDATE health_transitions SET to_status = 'splendid' WHERE to_status = 'failing'");

        (await PagesAsync(broker, "")).Select(Shown).Should().Equal(
            $"{web} {agent.Id} degraded>unknown", $"{web} {agent.Id} unknown>degraded");
    }

    private static Task<(int Status, JsonNode Body)> PageAsync(BrokerFixture broker, string query) =>
        broker.RestAsync(HttpMethod.Get, $"/api/v1/health/changes?page_size=1{query}", broker.AdminPak);

    private static async Task<List<JsonNode>> PagesAsync(BrokerFixture broker, string query)
    {
        var (changes, token) = (new List<JsonNode>(), "");
        do
        {
            var (status, page) = await PageAsync(broker, $"&page_token={token}{query}");
            status.Should().Be(200, page.ToJsonString());
            changes.AddRange(page["changes"]!.AsArray().Select(c => c!));
            changes.Should().OnlyContain(c => c["transition"]!["changes"]!.GetValue<int>() == 1);
            token = Text(page, "next_page_token");
        }
        while (token.Length > 0);

        return changes;
    }

    private static string Shown(JsonNode change)
    {
        var transition = change["transition"]!;
        return $"{Text(change, "deployment_object_id")} {Text(transition, "agent_id")} {Text(transition, "from")}>{Text(transition, "to")}";
    }

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();
}
