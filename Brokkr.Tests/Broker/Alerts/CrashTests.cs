using System.Text.Json.Nodes;
using Brokkr.Broker.Storage;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>Broker processes and database servers that die in the middle of deliveries.</summary>
public sealed class CrashTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-crash-").FullName;

    [Fact]
    public async Task Brokers_that_are_killed_lose_nothing_and_what_comes_twice_bears_the_same_identifier()
    {
        await using var alerts = await AlertFixture.StartAsync();
        const int groups = 8;
        await FailAsync(alerts, groups);
        for (var i = 0; i < 3; i++)
        {
            var isTaken = new TaskCompletionSource();
            var posts = 0;
            alerts.Inbox.Answer = async context =>
            {
                if (Interlocked.Increment(ref posts) <= 2)
                    return;
                // Taken, and the broker never hears of it.
                isTaken.TrySetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            };
            await using var broker = alerts.StartProcess();
            await isTaken.Task.WaitAsync(Patience);
            await broker.KillAsync();
            await LapseAsync(alerts);
        }

        alerts.Inbox.Answer = _ => Task.CompletedTask;
        await using var last = alerts.StartProcess();
        await Eventually.IsAsync("all is delivered", async () => (long)(await alerts.Broker.SqlAsync(
            "SELECT COUNT(*) FROM alert_deliveries WHERE state = 'delivered'"))! == groups);

        OneIdentifierEach(alerts).Should().HaveCount(groups);
        alerts.Inbox.Letters.Count.Should().BeGreaterThan(groups, "what was taken unnoticed came again");
    }

    [Fact]
    public async Task A_database_that_is_restarted_in_the_middle_of_a_delivery_costs_no_message()
    {
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
        var server = await StartServerAsync();
        try
        {
            await using var alerts = await AlertFixture.StartAsync(connectionString: server.ConnectionString);
            await FailAsync(alerts, 3);
            var isTaken = new TaskCompletionSource();
            var release = new TaskCompletionSource();
            alerts.Inbox.Answer = _ =>
            {
                isTaken.TrySetResult();
                return release.Task;
            };
            await using var broker = alerts.StartProcess();
            await isTaken.Task.WaitAsync(Patience);

            await server.DisposeAsync();
            release.SetResult();
            await Eventually.IsAsync("it was answered", () => Task.FromResult(!alerts.Inbox.Letters.IsEmpty));
            server = await StartServerAsync();
            await LapseAsync(alerts);
            await Eventually.IsAsync("all is delivered", async () => (long)(await AskAsync(
                server.ConnectionString, "SELECT COUNT(*) FROM alert_deliveries WHERE state = 'delivered'"))! == 3);

            OneIdentifierEach(alerts).Should().HaveCount(3);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static async Task FailAsync(AlertFixture alerts, int groups)
    {
        var stack = await alerts.Broker.GivenStackAsync();
        var agent = await alerts.Broker.GivenAgentAsync(stack);
        for (var i = 0; i < groups; i++)
            (await alerts.Broker.ReportAsync(agent, await alerts.Broker.GivenObjectAsync(stack, $"web-{i}"), "failing")).Status.Should().Be(200);
    }

    /// <summary>As if what a dead broker holds had lapsed.</summary>
    private static Task LapseAsync(AlertFixture alerts) => AskAsync(alerts.Broker.Options.Database.ConnectionString, """
        UPDATE alert_deliveries SET claimed_until = NOW() - INTERVAL '1 second' WHERE claimed_until > NOW();
        UPDATE alert_watch SET held_until = '-infinity'
        """);

    /// <summary>The groups of which something arrived; whatever came twice bears one identifier.</summary>
    private static List<string> OneIdentifierEach(AlertFixture alerts)
    {
        var groups = alerts.Inbox.Letters.ToArray().GroupBy(l => (string)JsonNode.Parse(l.Body)!["data"]!["group_key"]!).ToList();
        groups.Should().OnlyContain(g => g.Select(l => l.Headers["webhook-id"]).Distinct().Count() == 1);
        return groups.ConvertAll(g => g.Key);
    }

    private static async Task<object?> AskAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private Task<EmbeddedPostgres> StartServerAsync() => EmbeddedPostgres.StartAsync(
        _directory, new Dictionary<string, string>(), TimeProvider.System, NullLogger.Instance, CancellationToken.None);
}
