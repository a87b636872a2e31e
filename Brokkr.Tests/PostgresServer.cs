using Brokkr.Broker.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Brokkr.Tests;

/// <summary>One PostgreSQL server for the whole run, with databases of their own for each test class.</summary>
internal static class PostgresServer
{
    /// <summary>Nothing of a test needs to survive a crash of the machine.</summary>
    private static readonly Dictionary<string, string> Fast = new()
    {
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["full_page_writes"] = "off",
        ["max_connections"] = "300",
    };

    /// <summary>Nobody is connected to it, so that databases can be copied from it.</summary>
    private const string Migrated = "migrated";

    private static readonly Lazy<Task<EmbeddedPostgres>> Server = new(StartAsync);
    private static readonly Lazy<Task> Template = new(MigrateAsync);

    /// <summary>Answers a connection string to an empty database.</summary>
    public static Task<string> CreateDatabaseAsync() => CreateAsync($"test_{Guid.NewGuid():N}", "template1");

    /// <summary>Answers a connection string to a database with the schema of today, and nothing in it.</summary>
    public static async Task<string> CreateMigratedDatabaseAsync()
    {
        await Template.Value;
        return await CreateAsync($"test_{Guid.NewGuid():N}", Migrated);
    }

    private static async Task<string> CreateAsync(string name, string template)
    {
        var server = await Server.Value;
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var create = source.CreateCommand($"CREATE DATABASE {name} TEMPLATE {template}");
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, MaxPoolSize = 20 }.ConnectionString;
    }

    private static async Task MigrateAsync()
    {
        await using var source = NpgsqlDataSource.Create(await CreateAsync(Migrated, "template1"));
        await new Migrator(source, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(CancellationToken.None);
    }

    private static async Task<EmbeddedPostgres> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("brokkr-tests-").FullName;
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
        var server = await EmbeddedPostgres.StartAsync(directory, Fast, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Directory.Delete(directory, recursive: true);
        };
        return server;
    }
}
