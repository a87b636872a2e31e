using System.Reflection;
using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>Brings the schema up to date: each numbered script once, in order, whichever broker comes first.</summary>
internal sealed class Migrator(NpgsqlDataSource database, ILogger<Migrator> log)
{
    /// <summary>Names the advisory lock under which brokers migrate one after another.</summary>
    private const long LockKey = 0x62726f6b6b72;

    private const string Folder = ".Storage.Migrations.";

    /// <summary>Idempotent. Everything that is missing is applied in one transaction.</summary>
    /// <exception cref="SchemaTooNewException">The database was migrated by a newer broker.</exception>
    public async Task MigrateAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({LockKey})", ct);
        await RunAsync(connection,
            "CREATE TABLE IF NOT EXISTS schema_migrations (name VARCHAR(255) PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT "
            + "NOW())", ct);
        var applied = await AppliedAsync(connection, ct);
        var scripts = Scripts();
        if (applied.Except(scripts.Keys).FirstOrDefault() is { } foreign)
            throw new SchemaTooNewException(foreign);

        foreach (var (name, sql) in scripts.Where(s => !applied.Contains(s.Key)))
        {
            await RunAsync(connection, sql, ct);
            await using var record = new NpgsqlCommand("INSERT INTO schema_migrations (name) VALUES ($1)",
                connection)
            { Parameters = { new() { Value = name } } };
            await record.ExecuteNonQueryAsync(ct);
            StorageLog.Migrated(log, name);
        }

        await transaction.CommitAsync(ct);
    }

    private static SortedDictionary<string, string> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.Contains(Folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            scripts[resource[(resource.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..]] = reader.ReadToEnd();
        }

        return scripts;
    }

    private static async Task<HashSet<string>> AppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("SELECT name FROM schema_migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            names.Add(reader.GetString(0));
        return names;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        // Another broker may migrate for long, and so may this one.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>The database holds a migration that this broker does not know.</summary>
internal sealed class SchemaTooNewException(string migration)
    : Exception($"The database was migrated by a newer broker ({migration}): start that version, or restore a backup made before it.");
