using Brokkr.Broker.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>A connection string that names several servers.</summary>
public sealed class SeveralServersTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-servers-").FullName;
    private EmbeddedPostgres _standby = null!;

    public async Task InitializeAsync()
    {
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
        await (await StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(PostgresDirectory.DataOf(_directory), "standby.signal"), "");
        _standby = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _standby.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData(";Target Session Attributes=primary")]
    [InlineData(";Target Session Attributes=read-write")]
    [InlineData(";Target Session Attributes=prefer-primary")]
    public async Task The_primary_is_found_whichever_place_it_has(string attributes)
    {
        var primary = new NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync());
        var standby = new NpgsqlConnectionStringBuilder(_standby.ConnectionString).Host;
        // The one that is down has no socket at all.
        var strings = new[] { $"{standby},/nowhere,{primary.Host}", $"{primary.Host},{standby}" };
        foreach (var hosts in strings)
        {
            await using var database = DataSources.Create($"Host={hosts};Username={primary.Username};Database={primary.Database}{attributes}");
            await new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(CancellationToken.None);
            await using var command = database.CreateCommand("SELECT pg_is_in_recovery()");
            (await command.ExecuteScalarAsync()).Should().Be(false, hosts);
        }
    }

    [Fact]
    public async Task Without_a_primary_the_failure_is_one_that_may_pass()
    {
        await using var database = DataSources.Create($"{_standby.ConnectionString};Target Session Attributes=primary");

        var open = async () => await database.OpenConnectionAsync();

        DatabaseFailure.IsTransient((await open.Should().ThrowAsync<NpgsqlException>()).Which).Should().BeTrue();
    }

    [Theory]
    [InlineData("standby")]
    [InlineData("read-only")]
    public void Servers_that_take_no_writes_are_refused(string attributes)
    {
        var create = () => DataSources.Create($"Host=a,b;Target Session Attributes={attributes}");

        create.Should().Throw<StartException>().WithMessage("*Target Session Attributes*primary*");
    }

    [Theory]
    [InlineData("Host=a", "GSS Encryption Mode=Disable")]
    [InlineData("Host=a;GSS Encryption Mode=Prefer", "GSS Encryption Mode=Prefer")]
    public async Task Kerberos_is_asked_for_only_where_the_string_does(string given, string used)
    {
        await using var database = DataSources.Create(given);

        database.ConnectionString.Should().Contain(used);
    }

    [Fact]
    public async Task Metrics_name_the_database_and_none_of_the_servers()
    {
        const string sign = "metrics-of-several";
        var primary = new NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync());
        await using var database = DataSources.Create(
            $"Host=/nowhere,{primary.Host};Username={primary.Username};Database={primary.Database};Application Name={sign};SSL Password={sign}");
        using var names = new PoolNames();

        await using (var command = database.CreateCommand("SELECT 1"))
            await command.ExecuteScalarAsync();

        names.Seen().Should().Contain("broker").And.NotContain(n => n.Contains(sign));
    }

    private Task<EmbeddedPostgres> StartAsync() =>
        EmbeddedPostgres.StartAsync(_directory, new Dictionary<string, string>(), TimeProvider.System, NullLogger.Instance, CancellationToken.None);
}
