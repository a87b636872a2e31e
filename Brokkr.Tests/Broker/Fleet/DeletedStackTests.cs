using Brokkr.Broker.Diagnostics;
using Brokkr.Broker.Fleet;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>Stacks that are deleted: out of sight at once, removed behind it.</summary>
public sealed class DeletedStackTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_stack_is_gone_at_once_however_long_others_hold_its_agents()
    {
        await using var alone = await BrokerFixture.StartAsync(_ => { });
        var (stack, other) = (await alone.GivenStackAsync(), await alone.GivenStackAsync());
        var (web, api, stays) = (await alone.GivenObjectAsync(stack), await alone.GivenObjectAsync(stack, "api"), await alone.GivenObjectAsync(other));
        var agent = await alone.GivenAgentAsync(stack, other);
        await alone.ReportAsync(agent, web, "failing");
        await alone.ReportAsync(agent, stays, "healthy");
        var (_, request) = await alone.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{web}/diagnostics", alone.AdminPak, "{}");
        var name = (string)(await alone.SqlAsync($"SELECT name FROM stacks WHERE id = '{stack}'"))!;
        var before = await StateAsync(alone, agent);

        await using var connection = await alone.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("SELECT 1 FROM agents FOR UPDATE", connection, transaction))
            await hold.ExecuteNonQueryAsync();
        (await DeleteAsync(alone, stack).WaitAsync(TimeSpan.FromMinutes(1))).Should().Be(200);

        foreach (var path in (string[])[$"stacks/{stack}", $"stacks/{stack}/health", $"deployment-objects/{web}", $"deployment-objects/{api}/health",
            $"deployment-objects/{web}/health/history", $"deployment-objects/{web}/diagnostics", $"diagnostics/{request["id"]}"])
            (await alone.RestAsync(HttpMethod.Get, $"/api/v1/{path}", alone.AdminPak)).Status.Should().Be(404, path);
        (await CountsAsync(alone)).Should().Be("""{"failing":0,"degraded":0,"unknown":0,"healthy":1}""");
        foreach (var list in (string[])["health", "health?status=failing", "health?text=web", $"agents/{agent.Id}/health", "health/groups"])
        {
            var (status, body) = await alone.RestAsync(HttpMethod.Get, $"/api/v1/{list}", alone.AdminPak);
            status.Should().Be(200, list);
            body.ToJsonString().Should().NotContain(web, list).And.NotContain(stack, list);
        }

        var (_, changes) = await alone.RestAsync(HttpMethod.Get, "/api/v1/health/changes", alone.AdminPak);
        changes["changes"]!.AsArray().Select(c => (string)c!["deployment_object_id"]!).Should().NotContain(web);
        var (_, seen) = await alone.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}", alone.AdminPak);
        seen["counts"]!.ToJsonString().Should().Be("""{"failing":0,"degraded":0,"unknown":0,"healthy":1}""");
        (await DeleteAsync(alone, stack)).Should().Be(404);
        (await alone.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{web}/rollback", alone.AdminPak, "{}")).Status.Should().Be(404);
        (await alone.RestAsync(HttpMethod.Post, "/api/v1/stacks", alone.AdminPak, $$"""{"name":"{{name}}"}""")).Status.Should().Be(201);
        (await PollAsync(alone, agent)).Should().BeEmpty();
        var after = await StateAsync(alone, agent);
        after.Number.Should().Be(before.Number + 1);
        after.DeploymentObjects.Select(d => d.Id).Should().Equal(stays);
        (await RowsAsync(alone, stack)).Should().BePositive("the agents are held");

        await transaction.CommitAsync();
        await Eventually.IsAsync("the rows are gone", async () => await RowsAsync(alone, stack) == 0);
        (await StateAsync(alone, agent, after.Revision)).Should().Match<Wire.TargetState>(s => s.Unchanged && s.Number == after.Number);
        (await CountsAsync(alone)).Should().Be("""{"failing":0,"degraded":0,"unknown":0,"healthy":1}""");
        (await alone.SqlAsync($"SELECT COUNT(*) FROM diagnostic_requests WHERE deployment_object_id = '{web}'")).Should().Be(0L);
    }

    [Fact]
    public async Task What_is_reported_of_a_deleted_stack_is_refused_and_not_asked_for()
    {
        var stack = await broker.GivenStackAsync();
        var web = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        await using var held = await HoldSweepsAsync(stack);

        var (status, answer) = await broker.ReportAsync(agent, web, "failing");
        var health = new Wire.HealthService.HealthServiceClient(broker.Grpc);
        var session = await new Wire.AgentService.AgentServiceClient(broker.Grpc).StartSessionAsync(new() { AgentId = agent.Id }, BrokerFixture.As(agent.Pak));
        var confirmed = await health.ReportHealthAsync(
            new() { AgentId = agent.Id, Epoch = session.Epoch, Sequence = 2, ConfirmsThrough = 1 }, BrokerFixture.As(agent.Pak));

        (status, answer["rejected"]![0]!["reason"]!.GetValue<string>()).Should().Be((200, "not_found"));
        confirmed.Missing.Should().BeEmpty();
    }

    [Fact]
    public async Task Brokers_remove_the_rows_of_many_agents_together_and_count_right()
    {
        await using var second = await broker.AnotherBrokerAsync();
        var (stack, other) = (await broker.GivenStackAsync(), await broker.GivenStackAsync());
        await broker.SqlAsync($"""
            WITH many AS (INSERT INTO agents (name) SELECT 'swept-' || i FROM generate_series(1, 300) AS i RETURNING id)
            INSERT INTO agent_targets (agent_id, stack_id) SELECT id, s::uuid FROM many CROSS JOIN (VALUES ('{stack}'), ('{other}')) AS t(s)
            """);
        foreach (var name in (string[])["a", "b", "c"])
            await broker.GivenObjectAsync(stack, name);
        await broker.GivenObjectAsync(other);
        var numbers = await NumbersAsync();
        (await DeleteAsync(broker, stack)).Should().Be(200);

        await Task.WhenAll(new[] { broker, second, broker, second }.Select(b =>
            b.Services.GetRequiredService<DeletedStackStore>().SweepAsync(CancellationToken.None, batch: 7)));

        await Eventually.IsAsync("the rows are gone", async () => await RowsAsync(broker, stack) == 0);
        (await NumbersAsync()).Should().Be(numbers + 300);
        (await broker.SqlAsync(TallyTests.Miscounted)).Should().Be(0L);
        (await broker.SqlAsync("SELECT SUM(awaited) FROM agent_tallies t JOIN agents a ON a.id = t.agent_id WHERE a.name LIKE 'swept-%'")).Should().Be(300L);

        async Task<long> NumbersAsync() => Convert.ToInt64(await broker.SqlAsync(
            "SELECT SUM(number) FROM agent_target_numbers n JOIN agents a ON a.id = n.agent_id WHERE a.name LIKE 'swept-%'"),
            System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_held_poll_is_answered_when_a_stack_is_deleted_on_whichever_broker()
    {
        await using var second = await broker.AnotherBrokerAsync();
        var stack = await broker.GivenStackAsync();
        await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        var known = (await StateAsync(broker, agent)).Number;
        var poll = new Wire.DiagnosticsService.DiagnosticsServiceClient(second.Grpc).PollDiagnosticsAsync(
            new() { AgentId = agent.Id, WaitSeconds = 50, KnownTargetNumber = known }, BrokerFixture.As(agent.Pak).WithDeadline(DateTime.UtcNow.AddMinutes(3)));
        await Eventually.IsAsync("the poll is held", () => Task.FromResult(second.Services.GetRequiredService<HeldPolls>().Count == 1));

        (await DeleteAsync(broker, stack)).Should().Be(200);

        (await poll).TargetNumber.Should().Be(known + 1);
    }

    [Fact]
    public async Task A_stack_that_is_deleted_by_hand_takes_what_belongs_to_it_along()
    {
        var stack = await broker.GivenStackAsync();
        var web = await broker.GivenObjectAsync(stack);
        await broker.GivenAgentAsync(stack);

        await broker.SqlAsync($"DELETE FROM stacks WHERE id = '{stack}'");

        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{web}", broker.AdminPak)).Status.Should().Be(404);
        await Eventually.IsAsync("the rows are gone", async () => await RowsAsync(broker, stack) == 0);
    }

    private static async Task<int> DeleteAsync(BrokerFixture broker, string stack) =>
        (await broker.RestAsync(HttpMethod.Delete, $"/api/v1/stacks/{stack}", broker.AdminPak)).Status;

    private static async Task<string> CountsAsync(BrokerFixture broker) =>
        (await broker.RestAsync(HttpMethod.Get, "/api/v1/health?page_size=1", broker.AdminPak)).Body["counts"]!.ToJsonString();

    private static async Task<Wire.TargetState> StateAsync(BrokerFixture broker, (string Id, string Pak) agent, string known = "") =>
        await new Wire.AgentService.AgentServiceClient(broker.Grpc).GetTargetStateAsync(
            new() { AgentId = agent.Id, KnownRevision = known }, BrokerFixture.As(agent.Pak));

    private static async Task<IEnumerable<string>> PollAsync(BrokerFixture broker, (string Id, string Pak) agent) =>
        (await new Wire.DiagnosticsService.DiagnosticsServiceClient(broker.Grpc).PollDiagnosticsAsync(
            new() { AgentId = agent.Id }, BrokerFixture.As(agent.Pak))).Requests.Select(r => r.Id);

    private static async Task<long> RowsAsync(BrokerFixture broker, string stack) => (long)(await broker.SqlAsync($"""
        SELECT (SELECT COUNT(*) FROM agent_targets WHERE stack_id = '{stack}') + (SELECT COUNT(*) FROM placements WHERE stack_id = '{stack}')
               + (SELECT COUNT(*) FROM deployment_objects WHERE stack_id = '{stack}') + (SELECT COUNT(*) FROM deleted_stacks WHERE id = '{stack}')
        """))!;

    /// <summary>Deletes a stack, of which nothing is removed until what is answered is disposed.</summary>
    private async Task<NpgsqlConnection> HoldSweepsAsync(string stack)
    {
        var connection = await broker.Database.OpenConnectionAsync();
        await using var delete = new NpgsqlCommand(
            $"BEGIN; DELETE FROM stacks WHERE id = '{stack}'; COMMIT; BEGIN; SELECT 1 FROM deleted_stacks FOR UPDATE", connection);
        await delete.ExecuteNonQueryAsync();
        return connection;
    }
}
