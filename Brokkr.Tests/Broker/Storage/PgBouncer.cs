using System.ComponentModel;
using System.Diagnostics;
using Brokkr.DemoCluster.Demo;
using Brokkr.Tests.Processes;
using Npgsql;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>A PgBouncer in transaction mode, with fewer sessions than those who ask.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-pgbouncer-").FullName;
    private readonly int _port = FreePort.Next();
    private Process _process = null!;

    public static async Task<PgBouncer> StartAsync(string database)
    {
        var (pooler, server) = (new PgBouncer(), new NpgsqlConnectionStringBuilder(database));
        File.SetUnixFileMode(pooler._directory, (UnixFileMode)0b111_101_101);
        var configuration = Path.Combine(pooler._directory, "pgbouncer.ini");
        await File.WriteAllTextAsync(configuration, $"""
            [databases]
            * = host={server.Host} user={server.Username}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {pooler._port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 5
            """);
        try
        {
            pooler._process = Process.Start(new ProcessStartInfo("pgbouncer",
                ["--quiet", .. Environment.IsPrivilegedProcess ? ["--user", "postgres"] : Array.Empty<string>(), configuration]))!;
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException("pgbouncer is needed, which ./test brings along; otherwise it is Debian's package of that name.");
        }

        await Eventually.IsAsync("the pooler answers", async () =>
        {
            pooler._process.HasExited.Should().BeFalse();
            try
            {
                await using var source = NpgsqlDataSource.Create(pooler.Through(database));
                await using var ask = source.CreateCommand("SELECT 1");
                return await ask.ExecuteScalarAsync() is 1;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });
        return pooler;
    }

    /// <summary>The same database, by way of the pooler.</summary>
    public string Through(string database)
    {
        var given = new NpgsqlConnectionStringBuilder(database);
        return new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = _port,
            Username = given.Username,
            Database = given.Database,
            MaxPoolSize = given.MaxPoolSize,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
