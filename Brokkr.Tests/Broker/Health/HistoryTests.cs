using System.Text.Json.Nodes;
using Brokkr.Broker.Health;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Health;

/// <summary>What is kept of how a status changed.</summary>
public sealed class HistoryTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Each_change_is_one_row_newest_first_and_no_change_is_none()
    {
        var (id, agent) = await GivenPlacedAsync();
        foreach (var (status, minute) in new[] { ("healthy", 1), ("healthy", 2), ("degraded", 3), ("degraded", 4), ("healthy", 5) })
            await broker.ReportAsync(agent, id, status, $"2026-01-15T10:0{minute}:00Z");

        var history = await HistoryAsync(id);

        history.Select(Change).Should().Equal("degraded>healthy", "healthy>degraded", "unknown>healthy");
        history[0]["agent_id"]!.GetValue<string>().Should().Be(agent.Id);
        history[0]["agent_name"]!.GetValue<string>().Should().StartWith("agent-");
        history[1]["conditions"]!.AsArray().Select(c => c!.GetValue<string>()).Should().Equal("CrashLoopBackOff");
        history.Select(t => t["at"]!.GetValue<string>()).Should().BeInDescendingOrder();
        (await HealthAsync(id))["since"]!.GetValue<string>().Should().Be(history[0]["at"]!.GetValue<string>());
    }

    [Fact]
    public async Task Since_stays_while_the_status_does()
    {
        var (id, agent) = await GivenPlacedAsync();
        await broker.ReportAsync(agent, id, "degraded", "2026-01-15T10:30:00Z");
        var first = (await HealthAsync(id))["since"]!.GetValue<string>();

        await broker.ReportAsync(agent, id, "degraded", "2026-01-15T10:31:00Z");

        var health = await HealthAsync(id);
        health["since"]!.GetValue<string>().Should().Be(first);
        health["agents"]![0]!["since"]!.GetValue<string>().Should().Be(first);
    }

    [Fact]
    public async Task A_first_report_of_unknown_is_no_change()
    {
        var (id, agent) = await GivenPlacedAsync();

        await broker.ReportAsync(agent, id, "unknown");

        (await HistoryAsync(id)).Should().BeEmpty();
    }

    [Fact]
    public async Task Falling_silent_is_a_change_before_and_after_the_agent_returns()
    {
        var (id, agent) = await GivenPlacedAsync();
        await broker.ReportAsync(agent, id, "degraded", "2026-01-15T10:30:00Z");
        await AgeAsync(id, 200);
        var silent = await HistoryAsync(id);
        (await HealthAsync(id))["since"]!.GetValue<string>().Should().Be(silent[0]["at"]!.GetValue<string>());

        await broker.ReportAsync(agent, id, "healthy", "2026-01-15T10:31:00Z");

        silent.Select(Change).Should().Equal("degraded>unknown", "unknown>degraded");
        silent[0]["conditions"]!.AsArray().Select(c => c!.GetValue<string>()).Should().Equal("Stale");
        var history = await HistoryAsync(id);
        history.Select(Change).Should().Equal("unknown>healthy", "degraded>unknown", "unknown>degraded");
        history[1]["at"]!.GetValue<string>().Should().Be(silent[0]["at"]!.GetValue<string>());
    }

    [Fact]
    public async Task It_is_paged_and_can_be_narrowed_to_one_agent()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var (first, second) = (await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack));
        for (var i = 0; i < 4; i++)
        {
            await broker.ReportAsync(first, id, i % 2 == 0 ? "failing" : "healthy", $"2026-01-15T10:3{i}:00Z");
            await broker.ReportAsync(second, id, i % 2 == 0 ? "healthy" : "degraded", $"2026-01-15T10:3{i}:00Z");
        }

        var (paged, token) = (new List<string>(), "");
        do
        {
            var (_, page) =
                await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health/history?page_size=3&page_token={token}", broker.AdminPak);
            paged.AddRange(page["transitions"]!.AsArray().Select(t => Change(t!)));
            token = page["next_page_token"]!.GetValue<string>();
        }
        while (token.Length > 0);

        paged.Should().Equal((await HistoryAsync(id)).Select(Change)).And.HaveCount(8);
        (await HistoryAsync(id, $"?agent_id={first.Id}")).Select(Change).Should()
            .Equal("failing>healthy", "healthy>failing", "failing>healthy", "unknown>failing");
    }

    [Fact]
    public async Task Falling_silent_stands_on_one_page_though_it_is_written_down_between_two()
    {
        var (id, agent) = await GivenPlacedAsync();
        await broker.ReportAsync(agent, id, "degraded", "2026-01-15T10:30:00Z");
        await AgeAsync(id, 200);
        var (_, first) = await PageAsync("");
        Change(first["transitions"]![0]!).Should().Be("degraded>unknown");

        await broker.ReportAsync(agent, id, "healthy", "2026-01-15T10:31:00Z");
        var (_, second) = await PageAsync(first["next_page_token"]!.GetValue<string>());

        Change(second["transitions"]![0]!).Should().Be("unknown>degraded");
        second["next_page_token"]!.GetValue<string>().Should().BeEmpty();

        Task<(int Status, JsonNode Body)> PageAsync(string token) =>
            broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health/history?page_size=1&page_token={token}", broker.AdminPak);
    }

    [Fact]
    public async Task What_changes_all_the_time_keeps_thirty_rows_an_hour_and_one_that_counts_the_rest()
    {
        var (id, agent) = await GivenPlacedAsync();
        var other = await broker.GivenObjectAsync((await HealthAsync(id))["stack_id"]!.GetValue<string>(), "calm");
        await broker.ReportAsync(agent, other, "healthy");
        for (var i = 0; i < 40; i++)
            await broker.ReportAsync(agent, id, i % 2 == 0 ? "failing" : "healthy", $"2026-01-15T10:{i:00}:00Z");

        var history = await HistoryAsync(id);

        history.Should().HaveCount(31);
        history.Skip(1).Should().OnlyContain(t => t["changes"]!.GetValue<int>() == 1);
        history[0]["changes"]!.GetValue<int>().Should().Be(10, "thirty of forty have rows of their own");
        Change(history[0]).Should().Be("healthy>healthy", "it ends with what stands");
        history[0]["at"]!.GetValue<string>().Should().Be((await HealthAsync(id))["since"]!.GetValue<string>());
        (await HistoryAsync(other)).Should().ContainSingle("others are not concerned");

        await broker.SqlAsync($"UPDATE health_transitions SET at = at - INTERVAL '61 minutes' WHERE deployment_object_id = '{id}'");
        await broker.ReportAsync(agent, id, "failing", "2026-01-15T11:00:00Z");
        (await HistoryAsync(id)).Select(Change).First().Should().Be("healthy>failing", "another hour has room");
        (await HistoryAsync(id)).Should().HaveCount(32);
    }

    [Fact]
    public async Task An_agent_that_has_written_all_rows_of_a_day_changes_its_last_ones_and_the_next_day_has_room()
    {
        var (id, agent) = await GivenPlacedAsync();
        await broker.ReportAsync(agent, id, "failing", "2026-01-15T10:00:00Z");
        await broker.SqlAsync($"UPDATE agents SET history_rows = 10000 WHERE id = '{agent.Id}'");

        await broker.ReportAsync(agent, id, "healthy", "2026-01-15T10:01:00Z");
        await broker.ReportAsync(agent, id, "degraded", "2026-01-15T10:02:00Z");

        var history = await HistoryAsync(id);
        history.Select(Change).Should().Equal("unknown>degraded");
        history[0]["changes"]!.GetValue<int>().Should().Be(3);
        await broker.SqlAsync($"UPDATE agents SET history_day = history_day - 1 WHERE id = '{agent.Id}'");
        await broker.ReportAsync(agent, id, "healthy", "2026-01-15T10:03:00Z");
        (await HistoryAsync(id)).Select(Change).Should().Equal("degraded>healthy", "unknown>degraded");
        (await broker.SqlAsync($"SELECT history_rows FROM agents WHERE id = '{agent.Id}'")).Should().Be(1);
    }

    [Fact]
    public async Task A_deployment_object_that_does_not_exist_has_none()
    {
        var (status, _) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{Guid.NewGuid()}/health/history", broker.AdminPak);

        status.Should().Be(404);
    }

    [Fact]
    public async Task What_is_older_than_it_is_kept_is_swept_by_as_many_brokers_as_there_are()
    {
        var (id, agent) = await GivenPlacedAsync();
        await broker.ReportAsync(agent, id, "degraded");
        await broker.SqlAsync($"""
            INSERT INTO health_transitions (agent_id, deployment_object_id, from_status, to_status, conditions, at)
            SELECT '{agent.Id}', '{id}', 'healthy', 'failing', ARRAY[]::text[], NOW() - INTERVAL '31 days' FROM generate_series(1, 12000)
            """);
        var history = broker.Services.GetRequiredService<HistoryStore>();

        var swept = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => history.SweepAsync(CancellationToken.None)));

        // A sweep passes by what another one holds; what both passed by goes with the next.
        (swept.Sum() + await history.SweepAsync(CancellationToken.None)).Should().Be(12_000);
        (await HistoryAsync(id)).Select(Change).Should().Equal("unknown>degraded");
    }

    private async Task<(string Id, (string Id, string Pak) Agent)> GivenPlacedAsync()
    {
        var stack = await broker.GivenStackAsync();
        return (await broker.GivenObjectAsync(stack), await broker.GivenAgentAsync(stack));
    }

    private async Task<List<JsonNode>> HistoryAsync(string id, string query = "") =>
        [.. (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health/history{query}", broker.AdminPak)).Body["transitions"]!.AsArray()
            .Select(t => t!)];

    private async Task<JsonNode> HealthAsync(string id) =>
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health", broker.AdminPak)).Body;

    private static string Change(JsonNode transition) => $"{transition["from"]}>{transition["to"]}";

    private Task AgeAsync(string id, int seconds) => broker.AgeAsync($"p.deployment_object_id = '{id}'", seconds);
}
