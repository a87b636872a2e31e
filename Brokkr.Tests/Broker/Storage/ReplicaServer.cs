using System.Diagnostics;
using Brokkr.Broker.Storage;
using Brokkr.Tests.Processes;
using Npgsql;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>A PostgreSQL server that may be a copy of another, and that nobody starts again when it dies.</summary>
internal sealed class ReplicaServer : IAsyncDisposable
{
    private readonly string _data;
    private readonly string _sockets;
    private ServerProcess? _process;

    private ReplicaServer(string directory, string name) =>
        (_data, _sockets) = (Path.Combine(directory, name), Path.Combine(directory, $"{name}-socket"));

    /// <summary>The directory of its socket, as a connection string names it.</summary>
    public string Host => _sockets;

    private static string Binaries => PostgresBinaries.Find(null, "");

    public static async Task<ReplicaServer> StartFirstAsync(string directory)
    {
        var server = new ReplicaServer(directory, "first");
        await RunAsync("initdb", ["-D", server._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        return await server.StartAsync();
    }

    /// <summary>A copy of this server, which follows it.</summary>
    public async Task<ReplicaServer> StartCopyAsync(string directory)
    {
        var copy = new ReplicaServer(directory, "copy");
        await RunAsync("pg_basebackup", ["-d", $"host={_sockets} user=postgres", "-D", copy._data, "-R", "--checkpoint=fast", "--no-sync"]);
        return await copy.StartAsync();
    }

    /// <summary>A connection string to a database of this server.</summary>
    public string To(string database) => $"Host={_sockets};{Rest(database)}";

    /// <summary>The same of whichever of several servers is meant.</summary>
    public static string To(string database, params ReplicaServer[] servers) =>
        $"Host={string.Join(',', servers.Select(s => s._sockets))};{Rest(database)}";

    public async Task<object?> SqlAsync(string sql, string database = "postgres", string[]? texts = null)
    {
        await using var connection = new NpgsqlConnection($"{To(database)};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        if (texts is not null)
            command.Parameters.AddWithValue(texts);
        return await command.ExecuteScalarAsync();
    }

    public async Task<ReplicaServer> StartAsync()
    {
        if (!Directory.Exists(_sockets))
        {
            Directory.CreateDirectory(_sockets);
            if (Environment.IsPrivilegedProcess)
                ServerProcess.Own(_sockets);
        }

        _process = ServerProcess.Start(Binaries,
        [
            "-D", _data, "-k", _sockets, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=32MB",
            "-c", "wal_retrieve_retry_interval=200ms",
        ]);
        await Eventually.IsAsync("the server answers", async () =>
        {
            _process.HasExited.Should().BeFalse(_process.Said);
            try
            {
                return await SqlAsync("SELECT 1") is 1;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });
        return this;
    }

    /// <summary>As if its machine went away: nothing is written any more, and nobody is told.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("QUIT", $"{ServerNumber}");
        await _process!.ExitAsync(CancellationToken.None);
    }

    /// <summary>Holds up, or lets go on, what the server receives from the one that it follows.</summary>
    public async Task SignalReceiverAsync(string signal)
    {
        var receiver = await SqlAsync("SELECT pid FROM pg_stat_wal_receiver");
        await SignalAsync(signal, $"{receiver}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _process?.Dispose();
    }

    private int ServerNumber => int.Parse(File.ReadLines(Path.Combine(_data, "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);

    private static string Rest(string database) => $"Username=postgres;Database={database};Maximum Pool Size=30;GSS Encryption Mode=Disable";

    private static Task RunAsync(string program, string[] arguments) => ServerProcess.RunAsync(Binaries, program, arguments, CancellationToken.None);

    private static async Task SignalAsync(string signal, string process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process]);
        await kill.WaitForExitAsync();
        kill.ExitCode.Should().Be(0);
    }
}
