using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>Changes that are about the same agents and meet.</summary>
public sealed class LockOrderTests
{
    /// <summary>The planner may seek agents in whatever order it likes: here in that of the targets, which lie in opposite orders.</summary>
    private const string InTheOrderOfTargets = "-c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off";

    [Fact]
    public async Task Changes_of_stacks_that_share_their_agents_never_wait_for_each_other_in_a_circle()
    {
        var database = new Npgsql.NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync()) { Options = InTheOrderOfTargets };
        await using var broker = await BrokerFixture.StartAsync(options => options.Database.ConnectionString = database.ConnectionString);
        var (left, right) = (await broker.GivenStackAsync(), await broker.GivenStackAsync());
        await broker.SqlAsync("INSERT INTO agents (name) SELECT 'shared-' || i FROM generate_series(1, 500) i");
        await broker.SqlAsync($"INSERT INTO agent_targets (agent_id, stack_id) SELECT id, '{left}' FROM agents ORDER BY id");
        await broker.SqlAsync($"INSERT INTO agent_targets (agent_id, stack_id) SELECT id, '{right}' FROM agents ORDER BY id DESC");
        var store = broker.Services.GetRequiredService<DeploymentObjectStore>();

        // Straight to the store: the broker runs again what the database undid, and that would hide it. Each revision is another one, since what
        // stands already makes none.
        var rounds = new[] { left, right }.Select(async stack =>
        {
            for (var round = 0; round < 30; round++)
                await store.AddAsync(Guid.Parse(stack), "object", $"# {round}", Actor.Broker, CancellationToken.None);
        });

        await FluentActions.Awaiting(() => Task.WhenAll(rounds)).Should().NotThrowAsync();
    }
}
