using System.Text.Json.Nodes;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Health;

/// <summary>Filters that leave more rows than are counted.</summary>
public sealed class ManyRowsTests(BrokerFixture broker) : IClassFixture<BrokerFixture>, IAsyncLifetime
{
    private const int Agents = 120, Objects = 100, PageSize = 500;

    /// <summary>Each object's row on each agent is healthy and worn, but for three that fail and all of one object, which nobody reported.</summary>
    public async Task InitializeAsync()
    {
        if (await broker.SqlAsync("SELECT COUNT(*) FROM placements") is not 0L)
            return;
        var stack = await broker.GivenStackAsync();
        await broker.SqlAsync($$"""
            INSERT INTO deployment_objects (stack_id, name, revision, yaml)
            SELECT '{{stack}}', 'app-' || n, 1, 'x: 1' FROM generate_series(0, {{Objects - 1}}) n;
            INSERT INTO deployment_object_names SELECT name FROM deployment_objects ON CONFLICT DO NOTHING;
            INSERT INTO agents (name) SELECT 'cluster-' || n FROM generate_series(1, {{Agents}}) n;
            INSERT INTO agent_targets (agent_id, stack_id) SELECT id, '{{stack}}' FROM agents WHERE name LIKE 'cluster-%';
            INSERT INTO placements (agent_id, deployment_object_id, stack_id, name, targeted_at, since, received_at, checked_at, status, conditions, digest)
            SELECT a.id, d.id, d.stack_id, d.name, NOW(), NOW(), NOW(), NOW(),
                   CASE WHEN d.name = 'app-7' THEN NULL WHEN d.name = 'app-98' AND a.name IN ('cluster-3', 'cluster-4', 'cluster-5') THEN 'failing'
                        ELSE 'healthy' END,
                   CASE WHEN d.name = 'app-7' THEN '{}'::text[] ELSE '{Worn}' END, md5(d.name)::uuid
              FROM agents a JOIN agent_targets t ON t.agent_id = a.id JOIN deployment_objects d ON d.stack_id = t.stack_id
             WHERE t.stack_id = '{{stack}}';
            ANALYZE placements
            """);
        await using var db = broker.Services.GetRequiredService<Func<BrokerDb>>()();
        await db.TallyAsync([.. await db.ListAsync<Guid>("SELECT id FROM agents", new { }, CancellationToken.None)], CancellationToken.None);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("text=app-", Agents * Objects, "")]
    [InlineData("text=cluster-", Agents * Objects, "")]
    [InlineData("text=PP-9", Agents * 11, "strpos(name, 'pp-9') > 0", true)]
    [InlineData("condition=Worn", Agents * (Objects - 1), "status IS NOT NULL")]
    [InlineData("text=app-&status=failing", 3, "status = 'failing'")]
    [InlineData("condition=Worn&status=failing", 3, "status = 'failing'")]
    [InlineData("condition=Worn&status=unknown", 0, "FALSE")]
    [InlineData("text=app-&status=unknown", Agents, "status IS NULL")]
    [InlineData("text=app-&status=healthy", Agents * (Objects - 1) - 3, "status = 'healthy'")]
    public async Task Every_row_is_on_one_page_in_order_whatever_was_counted(string filter, int rows, string where, bool isExact = false)
    {
        foreach (var order in new[] { "name", "severity", "since" })
        {
            var (seen, token, counted) = (new List<string>(), "", new JsonObject());
            do
            {
                var (status, page) = await broker.RestAsync(
                    HttpMethod.Get, $"/api/v1/health?{filter}&order_by={order}&page_size={PageSize}&page_token={Uri.EscapeDataString(token)}", broker.AdminPak);
                status.Should().Be(200);
                seen.AddRange(page["deployment_objects"]!.AsArray().Select(r => $"{r!["status"]} {r["name"]} {r["id"]} {r["agent_id"]}"));
                (token, counted) = ((string)page["next_page_token"]!, page.AsObject());
            }
            while (token.Length > 0);

            seen.Should().OnlyHaveUniqueItems().And.HaveCount(rows, order);
            if (order == "name")
                seen.Select(r => r[(r.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Should().BeInAscendingOrder(StringComparer.Ordinal);
            if (order == "severity")
                seen.ConvertAll(r => Array.IndexOf(["failing", "degraded", "unknown", "healthy"], r.Split(' ')[0])).Should().BeInAscendingOrder();
            ((bool)counted["counts_at_least"]!).Should().Be(!isExact);
            Total(counted["counts"]!).Should().Be(isExact ? rows : 10_001);
        }

        ((long)(await broker.SqlAsync($"SELECT COUNT(*) FROM placements {(where.Length > 0 ? $"WHERE {where}" : "")}"))!).Should().Be(rows);
    }

    [Fact]
    public async Task A_stack_and_a_status_are_counted_to_the_end()
    {
        var (_, page) = await broker.RestAsync(HttpMethod.Get, "/api/v1/health?status=healthy&page_size=1", broker.AdminPak);

        ((bool)page["counts_at_least"]!).Should().BeFalse();
        Total(page["counts"]!).Should().Be(Agents * Objects);
    }

    private static int Total(JsonNode counts) => counts.AsObject().Sum(c => (int)c.Value!);
}
