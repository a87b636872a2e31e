using System.Collections.Concurrent;
using Brokkr.Broker.Diagnostics;
using Brokkr.Broker.Storage;
using Brokkr.Tests.Agent;
using Brokkr.Tests.Broker.Diagnostics;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>A pooler between broker and database that gives each transaction another session.</summary>
public sealed class PoolerTests : IAsyncLifetime
{
    private readonly LogLines _said = new();
    private string _direct = null!;
    private PgBouncer _pooler = null!;

    public async Task InitializeAsync()
    {
        _direct = await PostgresServer.CreateMigratedDatabaseAsync();
        _pooler = await PgBouncer.StartAsync(_direct);
    }

    public async Task DisposeAsync() => await _pooler.DisposeAsync();

    [Fact]
    public async Task Calls_go_through_it()
    {
        await using var broker = await BrokerFixture.StartAsync(o => o.Database.ConnectionString = _pooler.Through(_direct));
        var (objectId, agent) = await broker.GivenTargetAsync();
        string[] paths = ["stacks", "agents", "paks", $"deployment-objects/{objectId}/health", $"agents/{agent.Id}"];

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async at =>
        {
            var statuses = new List<int>();
            for (var i = 0; i < 50; i++)
            {
                var (status, _) = i % 6 == 5
                    ? await broker.ReportAsync(agent, objectId, i % 12 == 5 ? "failing" : "healthy")
                    : await broker.RestAsync(HttpMethod.Get, $"/api/v1/{paths[(at + i) % paths.Length]}", broker.AdminPak);
                statuses.Add(status);
            }

            return statuses;
        }));

        answers.SelectMany(s => s).Should().HaveCount(600).And.OnlyContain(s => s == 200);
    }

    [Fact]
    public async Task A_request_reaches_its_agent_by_the_regular_look()
    {
        await using var broker = await BrokerFixture.StartAsync(o => o.Database.ConnectionString = _pooler.Through(_direct));
        await using var another = await broker.AnotherBrokerAsync();
        var (objectId, agent) = await broker.GivenTargetAsync();

        var poll = another.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}/diagnostics/pending?wait_seconds=30", agent.Pak);
        await Eventually.IsAsync("the poll is held", () => Task.FromResult(another.Services.GetRequiredService<HeldPolls>().Count == 1));
        var id = await broker.RequestAsync(objectId);

        (await poll).Body.ToJsonString().Should().Contain(id);
    }

    [Theory]
    [InlineData(true, "", "another session")]
    [InlineData(true, ";Max Auto Prepare=20", null)]
    [InlineData(false, "", null)]
    public async Task It_is_noticed_and_said_once(bool isThere, string further, string? sign)
    {
        var options = new DatabaseOptions { ConnectionString = (isThere ? _pooler.Through(_direct) : _direct) + further };
        await using var plain = DataSources.CreatePlain(options.ConnectionString);
        await using var connections = new StoreConnections(options, plain, _said.For<StoreConnections>());

        await connections.CheckAsync(CancellationToken.None);
        await connections.CheckAsync(CancellationToken.None);

        await using var connection = connections.Create();
        new NpgsqlConnectionStringBuilder(connection.ConnectionString).MaxAutoPrepare.Should().Be(sign is not null ? 0 : further.Length > 0 ? 20 : 100);
        if (sign is null)
            _said.All.Should().BeEmpty();
        else
            _said.All.Should().ContainSingle().Which.Text.Should().Contain(sign).And.Contain("Max Auto Prepare=0");
    }

    [Fact]
    public async Task Notifications_are_heard_past_it_where_the_database_itself_is_named()
    {
        var heard = await ListenAsync(new() { ConnectionString = _pooler.Through(_direct), ListenConnectionString = _direct });

        heard.Should().Contain("a word");
        _said.All.Should().BeEmpty();
    }

    [Fact]
    public async Task It_is_said_once_that_notifications_may_not_pass()
    {
        await ListenAsync(new() { ConnectionString = _pooler.Through(_direct) });

        _said.All.Should().ContainSingle().Which.Text.Should().Contain("listen_connection_string").And.Contain("2 seconds");
    }

    /// <summary>Listens until a word is heard or something is told; through the pooler a word may pass by chance.</summary>
    private async Task<IReadOnlyCollection<string>> ListenAsync(DatabaseOptions options)
    {
        var heard = new ConcurrentQueue<string>();
        await using var database = NpgsqlDataSource.Create(_direct);
        using var watch = new DatabaseWatch(database, TimeProvider.System, _said.For<DatabaseWatch>());
        await using var listener = new NotificationListener(options, watch, TimeProvider.System, _said.For<NotificationListener>());
        using var stop = new CancellationTokenSource();
        var listening = listener.ListenAsync("words", heard.Enqueue, stop.Token);
        await Eventually.IsAsync("something is heard or told", async () =>
        {
            await using var notify = database.CreateCommand("NOTIFY words, 'a word'");
            await notify.ExecuteNonQueryAsync();
            return _said.All.Count > 0 || (options.ListenConnectionString.Length > 0 && !heard.IsEmpty);
        });
        await stop.CancelAsync();
        await listening;
        return heard;
    }
}
