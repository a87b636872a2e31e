using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>Changes that are about the same agents and meet.</summary>
public sealed class LockOrderTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Changes_of_stacks_that_share_their_agents_never_wait_for_each_other_in_a_circle()
    {
        var (left, right) = (await broker.GivenStackAsync(), await broker.GivenStackAsync());
        await broker.SqlAsync("INSERT INTO agents (name) SELECT 'shared-' || i FROM generate_series(1, 200) i");
        // The targets lie in opposite orders, so that whoever takes the agents as they come takes them in opposite orders.
        await broker.SqlAsync($"INSERT INTO agent_targets (agent_id, stack_id) SELECT id, '{left}' FROM agents WHERE name LIKE 'shared-%' ORDER BY id");
        await broker.SqlAsync($"INSERT INTO agent_targets (agent_id, stack_id) SELECT id, '{right}' FROM agents WHERE name LIKE 'shared-%' ORDER BY id DESC");
        var store = broker.Services.GetRequiredService<DeploymentObjectStore>();

        // Straight to the store: the broker runs again what the database undid, and that would hide it.
        var rounds = new[] { left, right, left, right }.Select(async (stack, writer) =>
        {
            for (var round = 0; round < 12; round++)
                await store.AddAsync(Guid.Parse(stack), $"object-{writer}", "", Actor.Broker, CancellationToken.None);
        });

        await FluentActions.Awaiting(() => Task.WhenAll(rounds)).Should().NotThrowAsync();
    }
}
