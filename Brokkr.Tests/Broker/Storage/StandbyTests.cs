using Brokkr.Broker.Storage;
using Brokkr.Tests.Agent;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>Whether a copy of the database follows it closely, and who is told.</summary>
public sealed class StandbyTests(ReplicaPair servers) : IClassFixture<ReplicaPair>
{
    private readonly FakeTimeProvider _clock = new();
    private readonly LogLines _said = new();

    [Fact]
    public async Task It_is_said_once_that_it_does_not_follow_and_once_that_it_does_again()
    {
        var database = await MigratedAsync();
        var options = new DatabaseOptions { ConnectionString = servers.First.To(database), ReadConnectionString = servers.Copy.To(database) };
        await using var standby = new Standby(options, _clock);
        await using var source = NpgsqlDataSource.Create(options.ConnectionString);
        using var primary = new DatabaseWatch(source, _clock, _said.For<DatabaseWatch>());
        using var watch = new StandbyWatch(standby, options, primary, _clock, _said.For<StandbyWatch>());
        await FollowsAsync();
        _said.All.Should().BeEmpty("one that has just begun to follow is no news");

        await servers.PauseAsync();
        await LookAsync(afterSeconds: 10);
        standby.Follows.Should().BeTrue("it may lie so far behind");
        await LookAsync(afterSeconds: 1);
        standby.Follows.Should().BeFalse();
        watch.Lag.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(11));
        await LookAsync(afterSeconds: 1);
        _said.All.Should().ContainSingle().Which.Text.Should().Contain("knows nothing younger than 10 s").And.Contain("primary");

        await servers.ResumeAsync();
        await FollowsAsync();
        await LookAsync(afterSeconds: 0);
        _said.All.Should().HaveCount(2);
        _said.All[1].Text.Should().Contain("follows again");

        await servers.Copy.KillAsync();
        await LookAsync(afterSeconds: 0);
        await LookAsync(afterSeconds: 0);
        standby.Follows.Should().BeFalse();
        await servers.Copy.StartAsync();
        await FollowsAsync();
        _said.All.Should().HaveCount(4);
        _said.All[2].Text.Should().Contain("does not answer");

        Task LookAsync(int afterSeconds)
        {
            _clock.Advance(TimeSpan.FromSeconds(afterSeconds));
            return watch.LookAsync(CancellationToken.None);
        }

        Task FollowsAsync() => Eventually.IsAsync("the standby follows", async () =>
        {
            await watch.LookAsync(CancellationToken.None);
            return standby.Follows;
        });
    }

    [Fact]
    public async Task A_copy_of_something_else_never_follows()
    {
        var (one, other) = (await MigratedAsync(), await MigratedAsync());
        var options = new DatabaseOptions { ConnectionString = servers.First.To(one), ReadConnectionString = servers.First.To(other), ReadLagSeconds = 3600 };
        await using var standby = new Standby(options, _clock);
        await using var source = NpgsqlDataSource.Create(options.ConnectionString);
        using var primary = new DatabaseWatch(source, _clock, _said.For<DatabaseWatch>());
        using var watch = new StandbyWatch(standby, options, primary, _clock, _said.For<StandbyWatch>());

        for (var look = 0; look < 3; look++)
            await watch.LookAsync(CancellationToken.None);

        standby.Follows.Should().BeFalse();
        (await servers.First.SqlAsync("SELECT COUNT(*) FROM standby_marks", one)).Should().Be(1L);
        (await servers.First.SqlAsync("SELECT COUNT(*) FROM standby_marks", other)).Should().Be(0L);
    }

    [Fact]
    public async Task What_brokers_left_that_ended_is_forgotten_by_the_next()
    {
        var database = await MigratedAsync();
        await servers.First.SqlAsync(
            "INSERT INTO standby_marks VALUES (gen_random_uuid(), 7, NOW() - INTERVAL '2 days'), (gen_random_uuid(), 7, NOW() - INTERVAL '1 hour')", database);
        var options = new DatabaseOptions { ConnectionString = servers.First.To(database), ReadConnectionString = servers.Copy.To(database) };
        await using var standby = new Standby(options, _clock);
        await using var source = NpgsqlDataSource.Create(options.ConnectionString);
        using var primary = new DatabaseWatch(source, _clock, _said.For<DatabaseWatch>());
        using var watch = new StandbyWatch(standby, options, primary, _clock, _said.For<StandbyWatch>());

        await watch.LookAsync(CancellationToken.None);

        (await servers.First.SqlAsync("SELECT COUNT(*) FROM standby_marks", database)).Should().Be(2L);
    }

    [Theory]
    [InlineData("primary")]
    [InlineData("read-write")]
    [InlineData("prefer-primary")]
    public void Servers_that_take_writes_are_refused(string attributes)
    {
        var create = () => DataSources.CreateForReading(new() { ReadConnectionString = $"Host=a,b;Target Session Attributes={attributes}" });

        create.Should().Throw<StartException>().WithMessage($"broker.database.read_connection_string: * is {attributes}*standby*");
    }

    [Theory]
    [InlineData("", true, 0)]
    [InlineData(";Target Session Attributes=standby;Max Auto Prepare=20", true, 20)]
    [InlineData(";Target Session Attributes=read-only", true, 0)]
    [InlineData(";Target Session Attributes=prefer-standby", true, 0)]
    public async Task Of_several_servers_the_standby_is_found(string further, bool isStandby, int prepared)
    {
        await using var source = DataSources.CreateForReading(
            new() { ReadConnectionString = ReplicaServer.To("postgres", servers.First, servers.Copy) + further });
        await using var connection = await source.OpenConnectionAsync();
        await using var ask = new NpgsqlCommand("SELECT pg_is_in_recovery()", connection);

        (await ask.ExecuteScalarAsync()).Should().Be(isStandby);
        new NpgsqlConnectionStringBuilder(connection.ConnectionString).MaxAutoPrepare.Should().Be(prepared);
    }

    private async Task<string> MigratedAsync()
    {
        var database = await servers.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(servers.First.To(database));
        await new Migrator(source, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(CancellationToken.None);
        return database;
    }
}
