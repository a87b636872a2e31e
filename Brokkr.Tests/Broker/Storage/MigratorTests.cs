using Brokkr.Broker.Storage;
using Brokkr.Tests.Agent;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>How the schema is brought up to date.</summary>
public sealed class MigratorTests : IAsyncLifetime
{
    private static readonly Migration Next = new("9999_next.sql", "ALTER TABLE stacks ADD COLUMN noted TEXT");

    private readonly LogLines _said = new();
    private readonly FakeTimeProvider _clock = new();
    private NpgsqlDataSource _database = null!;

    private Migrator Migrator => new(_database, _clock, _said.For<Migrator>()) { LockTimeout = TimeSpan.FromMilliseconds(50) };

    public async Task InitializeAsync() => _database = NpgsqlDataSource.Create(await PostgresServer.CreateMigratedDatabaseAsync());

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Brokers_that_start_at_once_migrate_once()
    {
        await using var empty = NpgsqlDataSource.Create(await PostgresServer.CreateDatabaseAsync());

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            new Migrator(empty, TimeProvider.System, _said.For<Migrator>()).MigrateAsync(CancellationToken.None)));

        _said.All.Should().HaveCount(Migration.All.Count).And.OnlyContain(l => l.Text.StartsWith("Applied migration ", StringComparison.Ordinal));
        await using var count = empty.CreateCommand("SELECT COUNT(*) FROM schema_migrations JOIN schema_checksums USING (name)");
        (await count.ExecuteScalarAsync()).Should().Be((long)Migration.All.Count);
    }

    [Fact]
    public async Task What_a_broker_applied_that_kept_no_checksums_is_given_them()
    {
        await RunAsync("DROP TABLE schema_checksums");

        await Migrator.MigrateAsync(CancellationToken.None);

        (await AskAsync("SELECT string_agg(name || checksum, ' ' ORDER BY name COLLATE \"C\") FROM schema_checksums")).Should()
            .Be(string.Join(' ', Migration.All.Select(m => m.Name + m.Checksum)));
        _said.All.Should().BeEmpty("nothing was applied");
    }

    [Fact]
    public async Task Another_script_of_the_same_name_is_refused_with_what_to_do()
    {
        var changed = Migration.All.Select(m => m.Name == "0005_keys.sql" ? m with { Sql = m.Sql + "\nSELECT 1;" } : m);

        var migrate = () => Migrator.MigrateAsync([.. changed, Next], CancellationToken.None);

        await migrate.Should().ThrowAsync<StartException>().WithMessage("*another 0005_keys.sql*backup*schema_checksums*");
        (await AskAsync("SELECT COUNT(*) FROM schema_migrations WHERE name = '9999_next.sql'")).Should().Be(0L);
        await RunAsync("DELETE FROM schema_checksums WHERE name = '0005_keys.sql'");
        await migrate.Should().NotThrowAsync("the operator said that it is harmless");
    }

    [Theory]
    [InlineData("SELECT 1;\r\n\r\n\tSELECT 2;  \r\n", true)]
    [InlineData("SELECT 1;\nSELECT 3;\n", false)]
    [InlineData("SELECT 1; SELECT 2;\n", false)]
    public void Line_ends_and_indentation_make_no_other_script(string sql, bool isSame) =>
        (new Migration("a", sql).Checksum == new Migration("a", "SELECT 1;\nSELECT 2;").Checksum).Should().Be(isSame);

    [Fact]
    public async Task A_newer_schema_is_refused_with_the_migration_that_is_not_known()
    {
        await Migrator.MigrateAsync([.. Migration.All, Next], CancellationToken.None);

        var migrate = () => Migrator.MigrateAsync(CancellationToken.None);

        await migrate.Should().ThrowAsync<StartException>().WithMessage("*newer broker (9999_next.sql)*");
    }

    [Fact]
    public async Task A_migration_lets_others_go_first_while_a_table_is_held_and_is_applied_afterwards()
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await HoldAsync(connection);

        var migrating = Migrator.MigrateAsync([.. Migration.All, Next], CancellationToken.None);
        await Eventually.IsAsync("it waits", () => Task.FromResult(_said.All.Any(l => l.Text.Contains("9999_next.sql waits", StringComparison.Ordinal))));
        // A broker of the version before does not queue behind it.
        await RunAsync("SET lock_timeout = '20s'; SELECT COUNT(*) FROM stacks");
        await transaction.CommitAsync();
        await AdvanceUntilAsync(migrating);

        await migrating;
        (await AskAsync("SELECT COUNT(noted) FROM stacks")).Should().Be(0L);
    }

    [Fact]
    public async Task A_table_that_is_held_for_long_ends_the_start_with_the_migration_that_waits_and_changes_nothing()
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await HoldAsync(connection);

        var migrating = Migrator.MigrateAsync([.. Migration.All, new("9998_before.sql", "CREATE TABLE before (id INT)"), Next], CancellationToken.None);
        await AdvanceUntilAsync(migrating);

        (await FluentActions.Awaiting(() => migrating).Should().ThrowAsync<StartException>())
            .WithMessage("*5 times, 9999_next.sql waited 50 ms*pg_stat_activity*");
        (await AskAsync("SELECT COUNT(*) FROM schema_migrations WHERE name LIKE '999%'")).Should().Be(0L);
        (await AskAsync("SELECT to_regclass('before')::text")).Should().Be(DBNull.Value);
    }

    [Fact]
    public async Task A_migration_that_is_to_be_alone_is_committed_by_itself_after_what_is_before_it()
    {
        Migration[] steps = [new("9996_before.sql", "CREATE TABLE before (id INT)"), new("9997_alone.sql", "-- alone: tested\nCREATE TABLE alone (id INT)"),
            new("9998_after.sql", "CREATE TABLE after (id INT)"), Next];
        await using var connection = await _database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await HoldAsync(connection);

        var migrating = Migrator.MigrateAsync([.. Migration.All, .. steps], CancellationToken.None);
        await AdvanceUntilAsync(migrating);

        await FluentActions.Awaiting(() => migrating).Should().ThrowAsync<StartException>();
        (await AskAsync("SELECT string_agg(name, ' ' ORDER BY name) FROM schema_migrations JOIN schema_checksums USING (name) WHERE name LIKE '999%'"))
            .Should().Be("9996_before.sql 9997_alone.sql", "what comes after it is undone together");
        await transaction.CommitAsync();
        await Migrator.MigrateAsync([.. Migration.All, .. steps], CancellationToken.None);
        (await AskAsync("SELECT COUNT(*) FROM schema_migrations JOIN schema_checksums USING (name) WHERE name LIKE '999%'")).Should().Be(4L);
    }

    private static async Task HoldAsync(NpgsqlConnection connection)
    {
        await using var read = new NpgsqlCommand("SELECT COUNT(*) FROM stacks", connection);
        await read.ExecuteScalarAsync();
    }

    private Task AdvanceUntilAsync(Task done) => Eventually.IsAsync("it came to an end", () =>
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        return Task.FromResult(done.IsCompleted);
    });

    private Task RunAsync(string sql) => AskAsync(sql);

    private async Task<object?> AskAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
