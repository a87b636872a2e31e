using Brokkr.Broker.Fleet;
using Brokkr.Tests.Broker.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>What is kept of superseded revisions.</summary>
public sealed class RevisionSweepTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Beyond_those_that_are_kept_the_manifests_go_and_then_the_rows(int batch)
    {
        await using var broker = await BrokerFixture.StartAsync(o => (o.Fleet.RevisionsKept, o.Health.HistoryDays) = (3, 10));
        var (stack, other) = (await broker.GivenStackAsync(), await broker.GivenStackAsync());
        // The sixth to the eighth are the last ones before the one that stands; the first three were superseded long ago.
        await broker.SqlAsync($"""
            INSERT INTO deployment_objects (stack_id, name, revision, yaml, superseded_at)
            SELECT s, name, n, 'x', CASE WHEN n < 9 THEN NOW() - CASE WHEN n > 3 THEN INTERVAL '9 days' ELSE INTERVAL '11 days' END END
              FROM unnest(ARRAY['{stack}', '{other}']::uuid[]) s, unnest(ARRAY['api', 'web']) name, generate_series(1, 9) n
            """);
        await broker.SqlAsync($"""
            INSERT INTO deployment_objects (stack_id, name, revision, yaml, superseded_at)
            SELECT '{stack}', 'few', n, 'x', CASE WHEN n < 4 THEN NOW() - INTERVAL '99 days' END FROM generate_series(1, 4) n
            """);

        var deleted = await broker.Services.GetRequiredService<RevisionStore>().SweepAsync(CancellationToken.None, batch);

        deleted.Should().Be(12);
        (await broker.SqlAsync("SELECT string_agg(DISTINCT of, '|') FROM (SELECT string_agg(revision || yaml, ' ' ORDER BY revision) AS of "
            + "FROM deployment_objects WHERE name <> 'few' GROUP BY stack_id, name) each")).Should().Be("4 5 6x 7x 8x 9x");
        (await broker.SqlAsync("SELECT string_agg(revision || yaml, ' ' ORDER BY revision) FROM deployment_objects WHERE name = 'few'"))
            .Should().Be("1x 2x 3x 4x", "they are no more than are kept");
    }

    [Fact]
    public async Task A_revision_that_a_diagnostic_request_is_about_stays_whole()
    {
        await using var broker = await BrokerFixture.StartAsync(o => (o.Fleet.RevisionsKept, o.Health.HistoryDays) = (1, 10));
        var (objectId, _) = await broker.GivenTargetAsync();
        var request = await broker.RequestAsync(objectId);
        await SupersedeAsync(broker, objectId);
        var revisions = broker.Services.GetRequiredService<RevisionStore>();

        await revisions.SweepAsync(CancellationToken.None);
        var asked = await broker.SqlAsync($"SELECT yaml FROM deployment_objects WHERE id = '{objectId}'");
        await broker.SqlAsync($"DELETE FROM diagnostic_requests WHERE id = '{request}'");
        await revisions.SweepAsync(CancellationToken.None);

        asked.Should().NotBeNull().And.NotBe("");
        (await broker.SqlAsync($"SELECT COUNT(*) FROM deployment_objects WHERE id = '{objectId}'")).Should().Be(0L);
    }

    [Fact]
    public async Task What_is_not_kept_says_so_wherever_it_is_asked_for()
    {
        await using var broker = await BrokerFixture.StartAsync(o => o.Fleet.RevisionsKept = 1);
        var (first, _) = await broker.GivenTargetAsync();
        var stack = (await broker.SqlAsync($"SELECT stack_id FROM deployment_objects WHERE id = '{first}'"))!.ToString()!;
        await broker.GivenObjectAsync(stack);
        var third = await broker.GivenObjectAsync(stack);
        await broker.Services.GetRequiredService<RevisionStore>().SweepAsync(CancellationToken.None);

        (HttpMethod Method, string Path)[] calls =
        [
            (HttpMethod.Get, first), (HttpMethod.Get, $"{first}/diff"), (HttpMethod.Get, $"{third}/diff?base={first}"),
            (HttpMethod.Post, $"{first}/rollback"),
        ];
        foreach (var (method, path) in calls)
        {
            var (status, body) = await broker.RestAsync(method, $"/api/v1/deployment-objects/{path}", broker.AdminPak, method == HttpMethod.Post ? "{}" : null);
            (status, (string)body["error"]!).Should().Be((409, "manifests_not_kept"), path);
            ((string)body["message"]!).Should().Contain("revision 1 of web").And.Contain("broker.fleet.revisions_kept");
        }

        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{third}/diff", broker.AdminPak)).Status.Should().Be(200, "both are kept");
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/stacks/{stack}/deployment-objects/web/revisions", broker.AdminPak)).Body["deployment_objects"]!
            .AsArray().Should().HaveCount(3, "that it was is still told");
    }

    /// <summary>Puts newer revisions over one, which was superseded long ago then.</summary>
    private static async Task SupersedeAsync(BrokerFixture broker, string objectId) => await broker.SqlAsync($"""
        UPDATE deployment_objects SET superseded_at = NOW() - INTERVAL '11 days' WHERE id = '{objectId}';
        INSERT INTO deployment_objects (stack_id, name, revision, yaml, superseded_at)
        SELECT stack_id, name, revision + n, 'x', CASE WHEN n = 1 THEN NOW() END FROM deployment_objects, generate_series(1, 2) n WHERE id = '{objectId}'
        """);
}
