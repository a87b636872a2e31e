using Brokkr.Broker.Health;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Health;

/// <summary>Reports of the same objects that meet.</summary>
public sealed class ReportOrderTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Reports_that_meet_never_wait_for_each_other_in_a_circle()
    {
        var stack = await broker.GivenStackAsync();
        var agent = await broker.GivenAgentAsync(stack);
        await broker.SqlAsync($"INSERT INTO deployment_objects (stack_id, name, revision, yaml) SELECT '{stack}', 'many-' || i, 1, '' FROM generate_series(1, 3000) i");
        await broker.SqlAsync("ANALYZE deployment_objects");
        var text = (string)(await broker.SqlAsync($"SELECT string_agg(id::text, ',') FROM (SELECT id FROM deployment_objects WHERE stack_id = '{stack}' LIMIT 300) chosen"))!;
        var ids = text.Split(',').Select(Guid.Parse).ToList();
        var store = broker.Services.GetRequiredService<HealthStore>();

        // Straight to the store: the broker runs again what the database undid, and that would hide it.
        var rounds = Enumerable.Range(0, 8).Select(async writer =>
        {
            var random = new Random(writer);
            for (var round = 0; round < 12; round++)
            {
                var reports = ids.OrderBy(_ => random.Next()).Select(id => new ReportRow(id, "healthy", "{}", new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero))).ToList();
                await store.SaveAsync(Guid.Parse(agent.Id), reports, CancellationToken.None);
            }
        });

        await FluentActions.Awaiting(() => Task.WhenAll(rounds)).Should().NotThrowAsync();
    }
}
