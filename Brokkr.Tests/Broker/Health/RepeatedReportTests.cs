using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Health;

/// <summary>What an agent sends once more, because it did not hear the answer; and what two agents send under one key.</summary>
public sealed class RepeatedReportTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_repeated_confirmation_is_answered_alike_and_makes_nothing_fresh()
    {
        var stack = await broker.GivenStackAsync();
        var (id, agent) = (await broker.GivenObjectAsync(stack), await broker.GivenAgentAsync(stack));
        var epoch = await EpochAsync(agent);
        await SendAsync(agent, epoch, 1, null, id);
        foreach (var (sequence, items) in new[] { (2, (string[])[id]), (3, []) })
        {
            var first = await SendAsync(agent, epoch, sequence, sequence - 1, items);
            await broker.SqlAsync($"UPDATE agent_sessions SET confirmed_at = confirmed_at - INTERVAL '100 seconds' WHERE epoch = {epoch}");
            var confirmedAt = await broker.SqlAsync($"SELECT confirmed_at FROM agent_sessions WHERE epoch = {epoch}");

            var second = await SendAsync(agent, epoch, sequence, sequence - 1, items);

            second.ToJsonString().Should().Be(first.ToJsonString());
            first["rejected"]!.AsArray().Should().BeEmpty();
            first["missing"]!.AsArray().Should().BeEmpty();
            (await broker.SqlAsync($"SELECT confirmed_at FROM agent_sessions WHERE epoch = {epoch}")).Should().Be(confirmedAt);
        }
    }

    [Fact]
    public async Task Two_processes_that_report_in_turn_are_told_once_and_one_late_report_is_not()
    {
        var agent = await broker.GivenAgentAsync(await broker.GivenStackAsync());
        var former = await EpochAsync(agent);
        await SendAsync(agent, former, 1, null);
        var newer = await EpochAsync(agent);
        await SendAsync(agent, newer, 1, null);

        await SendAsync(agent, former, 2, null);
        (await NotedAsync()).Should().Be(0L, "it may have been on its way when the newer process began");

        for (var sequence = 2; sequence < 5; sequence++)
        {
            await SendAsync(agent, newer, sequence, null);
            await SendAsync(agent, former, sequence + 1, null);
        }

        (await NotedAsync()).Should().Be(1L);

        Task<object?> NotedAsync() =>
            broker.SqlAsync($"SELECT COUNT(*) FROM audit_trail WHERE action = 'agent_two_epochs' AND object_id = '{agent.Id}' AND actor = 'broker'");
    }

    private async Task<long> EpochAsync((string Id, string Pak) agent)
    {
        var (status, body) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{agent.Id}/sessions", agent.Pak, "{}");
        status.Should().Be(201, body.ToJsonString());
        return body["epoch"]!.GetValue<long>();
    }

    private async Task<JsonNode> SendAsync((string Id, string Pak) agent, long epoch, int sequence, int? confirms, params string[] items)
    {
        var report = new JsonObject { ["epoch"] = epoch, ["sequence"] = sequence };
        if (confirms is not null)
            report["confirms_through"] = confirms;
        report["deployment_objects"] = new JsonArray([.. items.Select(id => new JsonObject { ["id"] = id, ["status"] = "healthy" })]);
        var (status, body) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak, report.ToJsonString());
        status.Should().Be(200, body.ToJsonString());
        return body;
    }
}
