using System.Globalization;
using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>Brings the schema up to date: each numbered script once, in order, whichever broker comes first.</summary>
internal sealed class Migrator(NpgsqlDataSource database, TimeProvider clock, ILogger<Migrator> log)
{
    /// <summary>Names the advisory lock under which brokers migrate one after another.</summary>
    private const long LockKey = 0x62726f6b6b72;

    private const int Rounds = 5;

    /// <summary>
    /// Checksums are beside the names and not among them: to add a column waits for whoever reads the table, a backup for instance.
    /// </summary>
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS schema_migrations (name VARCHAR(255) PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT NOW());
        CREATE TABLE IF NOT EXISTS schema_checksums (name VARCHAR(255) PRIMARY KEY, checksum VARCHAR(64) NOT NULL)
        """;

    /// <summary>
    /// How long a migration waits for a lock, and afterwards leaves the tables to others: whoever comes after one that waits to change a
    /// table waits behind it.
    /// </summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(2);

    private enum Outcome
    {
        /// <summary>Nothing is missing.</summary>
        Done,

        /// <summary>Some were applied, others follow in a transaction of their own.</summary>
        More,

        /// <summary>Nothing was changed, since something was held by others.</summary>
        HeldUp,
    }

    /// <summary>
    /// Idempotent. Everything that is missing is applied in one transaction, but for what is to have one of its own
    /// (<see cref="Migration.IsAlone"/>).
    /// </summary>
    /// <exception cref="StartException">
    /// The database was migrated by a newer broker, or by other scripts of the same names, or is held by others.
    /// </exception>
    public Task MigrateAsync(CancellationToken ct) => MigrateAsync(Migration.All, ct);

    /// <inheritdoc cref="MigrateAsync(CancellationToken)"/>
    internal async Task MigrateAsync(IReadOnlyList<Migration> migrations, CancellationToken ct)
    {
        var round = 1;
        while (await TryAsync(migrations, round == Rounds, ct) is var outcome and not Outcome.Done)
        {
            round = outcome == Outcome.More ? 1 : round + 1;
            if (outcome == Outcome.HeldUp)
                await Task.Delay(LockTimeout, clock, ct);
        }
    }

    private async Task<Outcome> TryAsync(IReadOnlyList<Migration> migrations, bool isLast, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({LockKey})", ct);
        await RunAsync(connection, Tables, ct);
        var applied = await AppliedAsync(connection, ct);
        if (applied.Keys.Except(migrations.Select(m => m.Name)).FirstOrDefault() is { } foreign)
            throw TooNew(foreign);

        await RunAsync(connection,
            string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {(int)LockTimeout.TotalMilliseconds}"), ct);
        if (migrations.FirstOrDefault(m => applied.GetValueOrDefault(m.Name) is { } checksum && checksum != m.Checksum) is { } other)
            throw IsAnother(other);
        var missing = migrations.Where(m => !applied.ContainsKey(m.Name)).ToList();
        List<Migration> next = missing is [{ IsAlone: true } alone, ..] ? [alone] : [.. missing.TakeWhile(m => !m.IsAlone)];
        foreach (var migration in next)
        {
            if (!await TryApplyAsync(connection, migration, isLast, ct))
                return Outcome.HeldUp;
        }

        await RememberAsync(connection, [.. migrations.Where(m => applied.ContainsKey(m.Name) && applied[m.Name] is null), .. next], ct);
        await transaction.CommitAsync(ct);
        return next.Count == missing.Count ? Outcome.Done : Outcome.More;
    }

    private async Task<bool> TryApplyAsync(NpgsqlConnection connection, Migration migration, bool isLast, CancellationToken ct)
    {
        try
        {
            await RunAsync(connection, migration.Sql, ct);
            await RunAsync(connection, "INSERT INTO schema_migrations (name) VALUES ($1)", ct, migration.Name);
            StorageLog.Migrated(log, migration.Name);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            if (isLast)
                throw IsHeldUp(migration);
            StorageLog.MigrationWaits(log, migration.Name);
            return false;
        }
    }

    /// <summary>The checksum of each that was applied; null where a broker did that which kept none.</summary>
    private static async Task<Dictionary<string, string?>> AppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var applied = new Dictionary<string, string?>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(
            "SELECT m.name, c.checksum FROM schema_migrations m LEFT JOIN schema_checksums c ON c.name = m.name", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            applied[reader.GetString(0)] = await reader.IsDBNullAsync(1, ct) ? null : reader.GetString(1);
        return applied;
    }

    private static Task RememberAsync(NpgsqlConnection connection, List<Migration> migrations, CancellationToken ct) =>
        migrations.Count == 0
            ? Task.CompletedTask
            : RunAsync(connection, "INSERT INTO schema_checksums (name, checksum) SELECT * FROM unnest($1, $2)", ct,
                migrations.Select(m => m.Name).ToArray(), migrations.Select(m => m.Checksum).ToArray());

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] parameters)
    {
        // Another broker may migrate for long, and so may this one.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        await command.ExecuteNonQueryAsync(ct);
    }

    private static StartException TooNew(string migration) =>
        new($"The database was migrated by a newer broker ({migration}): start that version, or restore a backup made before it.");

    private static StartException IsAnother(Migration migration) =>
        new($"The database was migrated by another {migration.Name} than this broker has: start the version that did, or restore a backup "
            + "made before it. Where the difference is known to be harmless, delete the migration's row in schema_checksums.");

    private StartException IsHeldUp(Migration migration) =>
        new($"The schema is not brought up to date: {Rounds} times, {migration.Name} waited {LockTimeout.TotalMilliseconds} ms for what "
            + "others hold in the database. Nothing of it was done. Let long transactions come to their end (pg_stat_activity shows them), "
            + "then start this broker again.");
}
