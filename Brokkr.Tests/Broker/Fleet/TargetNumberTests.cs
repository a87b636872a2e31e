using Brokkr.Broker.Diagnostics;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>The number of a target state, and the polls that say when it changed.</summary>
public sealed class TargetNumberTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task The_number_grows_with_every_change_of_what_the_agent_is_to_run_and_with_no_other()
    {
        var (stack, other) = (await broker.GivenStackAsync(), await broker.GivenStackAsync());
        var agent = await broker.GivenAgentAsync(stack);
        var numbers = new List<long> { await NumberAsync(agent) };
        var first = await broker.GivenObjectAsync(stack);
        numbers.Add(await NumberAsync(agent));
        await broker.GivenObjectAsync(stack, "second");
        numbers.Add(await NumberAsync(agent));
        await broker.RestAsync(HttpMethod.Delete, $"/api/v1/deployment-objects/{first}", broker.AdminPak);
        numbers.Add(await NumberAsync(agent));
        await broker.RestAsync(HttpMethod.Delete, $"/api/v1/agents/{agent.Id}/targets/{stack}", broker.AdminPak);
        numbers.Add(await NumberAsync(agent));

        await broker.GivenObjectAsync(other);
        await broker.GivenObjectAsync(stack, "third");
        await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{agent.Id}/targets", broker.AdminPak, $$"""{"stack_id":"{{other}}"}""");
        numbers.Add(await NumberAsync(agent));
        await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{agent.Id}/targets", broker.AdminPak, $$"""{"stack_id":"{{other}}"}""");

        numbers.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        (await NumberAsync(agent)).Should().Be(numbers[^1]);
    }

    [Fact]
    public async Task A_held_poll_is_answered_when_the_target_state_changes_on_whichever_broker()
    {
        await using var second = await broker.AnotherBrokerAsync();
        var stack = await broker.GivenStackAsync();
        var agent = await broker.GivenAgentAsync(stack);
        var known = await NumberAsync(agent);
        var client = new Wire.DiagnosticsService.DiagnosticsServiceClient(second.Grpc);
        var poll = client.PollDiagnosticsAsync(new() { AgentId = agent.Id, WaitSeconds = 50, KnownTargetNumber = known },
            BrokerFixture.As(agent.Pak).WithDeadline(DateTime.UtcNow.AddMinutes(3)));
        await Eventually.IsAsync("the poll is held", () => Task.FromResult(second.Services.GetRequiredService<HeldPolls>().Count == 1));

        await broker.GivenObjectAsync(stack);

        var answer = await poll;
        answer.HasTargetNumber.Should().BeTrue();
        answer.TargetNumber.Should().BeGreaterThan(known);
        answer.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_poll_that_knows_another_number_is_answered_at_once_and_one_of_an_older_agent_is_not()
    {
        var agent = await broker.GivenAgentAsync(await broker.GivenStackAsync());
        var client = new Wire.DiagnosticsService.DiagnosticsServiceClient(broker.Grpc);

        var newer = await client.PollDiagnosticsAsync(new() { AgentId = agent.Id, WaitSeconds = 50, KnownTargetNumber = 0 }, BrokerFixture.As(agent.Pak));
        var older = await client.PollDiagnosticsAsync(new() { AgentId = agent.Id, WaitSeconds = 1 }, BrokerFixture.As(agent.Pak));

        newer.TargetNumber.Should().Be(await NumberAsync(agent));
        older.HasTargetNumber.Should().BeFalse();
    }

    [Fact]
    public async Task A_change_that_concerns_many_agents_is_told_them_within_seconds_and_not_all_at_once()
    {
        var stack = await broker.GivenStackAsync();
        await broker.SqlAsync($"""
            WITH many AS (INSERT INTO agents (name) SELECT 'many-' || i FROM generate_series(1, 101) AS i RETURNING id)
            INSERT INTO agent_targets (agent_id, stack_id) SELECT id, '{stack}' FROM many
            """);

        await broker.GivenObjectAsync(stack);

        var spread = await broker.SqlAsync(
            $"SELECT MIN(n.spread_seconds) FROM agent_target_numbers n JOIN agent_targets t USING (agent_id) WHERE t.stack_id = '{stack}'");
        spread.Should().Be(10);
    }

    private async Task<long> NumberAsync((string Id, string Pak) agent) =>
        (await new Wire.AgentService.AgentServiceClient(broker.Grpc).GetTargetStateAsync(new() { AgentId = agent.Id }, BrokerFixture.As(agent.Pak))).Number;
}
