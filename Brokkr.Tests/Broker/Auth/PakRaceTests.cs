using Brokkr.Tests.Processes;
using Npgsql;

namespace Brokkr.Tests.Broker.Auth;

/// <summary>What is done with one key by several at once, or while others hold the rows around it.</summary>
public sealed class PakRaceTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const int AtOnce = 12;

    [Fact]
    public async Task An_agents_key_that_is_rotated_twelve_times_at_once_leaves_one_in_force()
    {
        var agent = await broker.GivenAgentAsync();

        var statuses = await WhileHeldAsync($"SELECT 1 FROM agents WHERE id = '{agent.Id}' FOR UPDATE", AtOnce, () => Task.WhenAll(
            Enumerable.Range(0, AtOnce).Select(_ => PostAsync($"/api/v1/agents/{agent.Id}/rotate-pak"))));

        statuses.Should().OnlyContain(s => s == 201);
        (await InForceAsync($"agent_id = '{agent.Id}'")).Should().Be(1);
    }

    [Fact]
    public async Task A_key_that_is_rotated_twelve_times_at_once_gets_one_successor()
    {
        var (id, _) = await broker.GivenPakAsync("reader");

        var statuses = await WhileHeldAsync($"SELECT 1 FROM paks WHERE id = '{id}' FOR UPDATE", AtOnce, () => Task.WhenAll(
            Enumerable.Range(0, AtOnce).Select(_ => PostAsync($"/api/v1/paks/{id}/rotate"))));

        statuses.Where(s => s == 201).Should().ContainSingle();
        statuses.Where(s => s != 201).Should().OnlyContain(s => s == 409);
        (await InForceAsync($"name = (SELECT name FROM paks WHERE id = '{id}')")).Should().Be(1);
    }

    /// <summary>Whoever waits for an agent holds locks of his own, and those must not stand in the way of a revocation.</summary>
    [Fact]
    public async Task A_key_is_revoked_and_used_while_others_hold_the_agents()
    {
        var (agent, other) = (await broker.GivenAgentAsync(), await broker.GivenPakAsync("reader"));
        await broker.SqlAsync($"UPDATE agents SET last_seen_at = NULL WHERE id = '{agent.Id}'");
        await broker.SqlAsync("UPDATE paks SET last_used_at = NULL");

        var (revoked, used) = await WhileHeldAsync($"SELECT 1 FROM agents WHERE id = '{agent.Id}' FOR UPDATE", waiting: 0, async () =>
        {
            var rotation = PostAsync($"/api/v1/agents/{agent.Id}/rotate-pak");
            await Eventually.IsAsync("the rotation waits", async () => await WaitingAsync() >= 1);
            var (status, _) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}/health", agent.Pak).WaitAsync(TimeSpan.FromSeconds(30));
            var (ended, _) = await broker.RestAsync(HttpMethod.Delete, $"/api/v1/paks/{other.Id}", broker.AdminPak).WaitAsync(TimeSpan.FromSeconds(30));
            rotation.IsCompleted.Should().BeFalse();
            return (ended, status);
        });

        (revoked, used).Should().Be((200, 200));
        (await InForceAsync($"id = '{other.Id}'")).Should().Be(0);
    }

    [Fact]
    public async Task However_long_the_note_of_who_was_heard_waits_calls_go_on_and_one_connection_does()
    {
        var agents = new List<(string Id, string Pak)>();
        for (var i = 0; i < 10; i++)
            agents.Add(await broker.GivenAgentAsync());

        var (statuses, waiting) = await WhileHeldAsync("LOCK TABLE agents IN EXCLUSIVE MODE", waiting: 0, async () =>
        {
            var answers = await Task.WhenAll(agents.Select(a =>
                broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{a.Id}/target-state", a.Pak))).WaitAsync(TimeSpan.FromMinutes(1));
            return (answers.Select(a => a.Status), await broker.SqlAsync("""
                SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%last_seen_at = NOW()%'
                """));
        });

        statuses.Should().OnlyContain(s => s == 200);
        ((long)waiting!).Should().BeLessThanOrEqualTo(1);
        foreach (var (id, _) in agents)
            await Eventually.IsAsync("they are noted", async () => await broker.SqlAsync($"SELECT last_seen_at FROM agents WHERE id = '{id}'") is DateTime);
    }

    [Fact]
    public async Task Of_the_last_two_admin_keys_that_are_revoked_at_once_one_stays()
    {
        await using var alone = await BrokerFixture.StartAsync(_ => { });
        var (first, _) = await alone.GivenPakAsync("admin");
        var second = (string)(await alone.SqlAsync($"SELECT id FROM paks WHERE role = 'admin' AND id <> '{first}'"))!;

        await Task.WhenAll(new[] { first, second }.Select(id => alone.RestAsync(HttpMethod.Delete, $"/api/v1/paks/{id}", alone.AdminPak)));

        (await alone.SqlAsync("SELECT COUNT(*) FROM paks WHERE role = 'admin' AND revoked_at IS NULL")).Should().Be(1L);
    }

    private async Task<int> PostAsync(string path) =>
        (await broker.RestAsync(HttpMethod.Post, path, broker.AdminPak, """{"valid_old_for_minutes":0}""")).Status;

    private async Task<long> InForceAsync(string where) =>
        (long)(await broker.SqlAsync($"SELECT COUNT(*) FROM paks WHERE {where} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > NOW())"))!;

    private async Task<long> WaitingAsync() =>
        (long)(await broker.SqlAsync("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"))!;

    /// <summary>Begins something while rows are held, lets go of them once so many wait, and answers what came of it.</summary>
    private async Task<T> WhileHeldAsync<T>(string sql, int waiting, Func<Task<T>> act)
    {
        await using var connection = await broker.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand(sql, connection, transaction))
            await hold.ExecuteNonQueryAsync();
        var acting = act();
        if (waiting > 0)
            await Eventually.IsAsync($"{waiting} wait", async () => await WaitingAsync() >= waiting);
        else
            await acting;
        await transaction.CommitAsync();
        return await acting;
    }
}
