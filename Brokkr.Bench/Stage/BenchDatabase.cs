using System.Globalization;
using Brokkr.Broker.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Brokkr.Bench.Stage;

/// <summary>
/// A PostgreSQL server with the settings it comes with, so durable as any, and a database for each broker that is measured.
/// </summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly EmbeddedPostgres _server;
    private int _databases;

    private BenchDatabase(EmbeddedPostgres server, int processId, string log) => (_server, ProcessId, Log) = (server, processId, log);

    /// <summary>Of the server, whose children do the work.</summary>
    public int ProcessId { get; }

    /// <summary>The directory of the server's log.</summary>
    public string Log { get; }

    public static async Task<BenchDatabase> StartAsync(string directory, CancellationToken ct)
    {
        var server =
            await EmbeddedPostgres.StartAsync(directory, new Dictionary<string, string>(), TimeProvider.System, NullLogger.Instance, ct);
        var pid = File.ReadLines(Path.Combine(PostgresDirectory.DataOf(directory), "postmaster.pid")).First();
        var log = Path.Combine(Path.GetDirectoryName(PostgresDirectory.DataOf(directory))!, "postgres-log");
        return new(server, int.Parse(pid, CultureInfo.InvariantCulture), log);
    }

    /// <summary>Answers a connection string to an empty database.</summary>
    public async Task<string> CreateAsync(CancellationToken ct)
    {
        var name = $"bench_{++_databases}";
        await using var source = NpgsqlDataSource.Create(_server.ConnectionString);
        await using var create = source.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync(ct);
        return new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = name }.ConnectionString;
    }

    public async Task<string> VersionAsync(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(_server.ConnectionString);
        await using var ask = source.CreateCommand("SHOW server_version");
        return (string)(await ask.ExecuteScalarAsync(ct))!;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
