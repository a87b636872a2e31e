using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>
/// A PostgreSQL server of the broker's own, reached through a Unix socket in a directory that only its owner may enter. Started as root
/// it runs as the user <c>postgres</c>. A server that a killed broker left behind is taken over.
/// </summary>
internal sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string ServerUser = "postgres";
    private const string DatabaseName = "postgres";

    /// <summary>Socket paths beyond about 100 bytes do not work.</summary>
    private const int MaxSocketDirectory = 80;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _data;
    private readonly FileStream _lock;
    private readonly TimeProvider _clock;

    private EmbeddedPostgres(string data, string sockets, FileStream held, TimeProvider clock)
    {
        (_data, _lock, _clock) = (data, held, clock);
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = sockets,
            Username = ServerUser,
            Database = DatabaseName,
            MaxPoolSize = 50
        }.ConnectionString;
    }

    public string ConnectionString { get; }

    /// <summary>
    /// Where the data of a data directory lies: within it, or, where the server's user cannot reach it, under /var/lib/brokkr.
    /// </summary>
    public static string DataDirectoryOf(string dataDir)
    {
        var full = Path.GetFullPath(dataDir);
        return !Environment.IsPrivilegedProcess || IsReachable(full)
            ? Path.Combine(full, "postgres")
            : $"/var/lib/brokkr/{Digest(full)}/postgres";
    }

    /// <summary>Makes the data directory where it is missing and starts the server, or takes over the one that runs on it.</summary>
    /// <param name="dataDir">The broker's data directory.</param>
    /// <param name="settings">Further settings of the server; tests that need no durability say so here.</param>
    public static async Task<EmbeddedPostgres> StartAsync(
        string dataDir, IReadOnlyDictionary<string, string> settings, TimeProvider clock, ILogger log, CancellationToken ct)
    {
        var binaries = PostgresBinaries.Find();
        var data = DataDirectoryOf(dataDir);
        var sockets = SocketDirectoryOf(data);
        MakePrivate(data);
        MakePrivate(sockets);
        var held = Lock(data);
        try
        {
            return await StartAsync(binaries, data, sockets, held, settings, clock, log, ct);
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    private static async Task<EmbeddedPostgres> StartAsync(
        string binaries, string data, string sockets, FileStream held, IReadOnlyDictionary<string, string> settings, TimeProvider clock,
        ILogger log, CancellationToken ct)
    {
        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
            await RunAsync(binaries, "initdb",
                ["-D", data, "-U", ServerUser, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"], ct);

        var server = new EmbeddedPostgres(data, sockets, held, clock);
        EmbeddedPostgresLog.Starting(log, data);
        if (server.RunningServer() is not null && await server.AnswersAsync(ct))
        {
            EmbeddedPostgresLog.TakenOver(log, data);
            return server;
        }

        var options = new List<string> { "-D", data, "-k", sockets, "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c",
            "logging_collector=off" };
        foreach (var (key, value) in settings)
            options.AddRange(["-c", $"{key}={value}"]);
        var process = Start(binaries, "postgres", options);
        var said = new StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (said)
            {
                if (said.Length < 4096)
                    said.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        await server.WaitAsync(process, said, ct);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await using var held = _lock;
        NpgsqlConnection.ClearAllPools();
        if (RunningServer() is not { } server)
            return;
        // SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, the data is written.
        using (server)
        using (var interrupt = Process.Start("kill", ["-INT", $"{server.Id}"]))
        {
            await interrupt.WaitForExitAsync();
            using var patience = new CancellationTokenSource(Patience, _clock);
            await server.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WaitAsync(Process process, StringBuilder said, CancellationToken ct)
    {
        var began = _clock.GetTimestamp();
        while (!await AnswersAsync(ct))
        {
            if (process.HasExited || _clock.GetElapsedTime(began) > Patience)
            {
                lock (said)
                    throw new EmbeddedPostgresException($"The embedded PostgreSQL on {_data} does not start. It said: {said}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), _clock, ct);
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            await using var database = NpgsqlDataSource.Create(ConnectionString + ";Pooling=false;Timeout=5");
            await using var command = database.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(ct);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>The server that runs on this data, whoever started it: PostgreSQL writes its process into a file.</summary>
    private Process? RunningServer()
    {
        try
        {
            var pid = int.Parse(File.ReadLines(Path.Combine(_data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
            var process = Process.GetProcessById(pid);
            return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal) ? process : null;
        }
        catch (Exception e) when (e is IOException or ArgumentException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static async Task RunAsync(string binaries, string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        using var process = Start(binaries, program, arguments);
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = await process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new EmbeddedPostgresException($"{program} failed: {errors}{await output}");
    }

    private static Process Start(string binaries, string program, IEnumerable<string> arguments)
    {
        string[] asServerUser = Environment.IsPrivilegedProcess
            ? ["setpriv", $"--reuid={ServerUser}", $"--regid={ServerUser}", "--init-groups", "--reset-env", "--"]
            : [];
        string[] line = [.. asServerUser, Path.Combine(binaries, program), .. arguments];
        return Process.Start(new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        }) ?? throw new EmbeddedPostgresException($"{program} cannot be started.");
    }

    /// <summary>
    /// One broker per data directory: without this a second one would take over the first one's server, and stop it when it ends.
    /// The lock ends with the process, however that ends.
    /// </summary>
    private static FileStream Lock(string data)
    {
        var path = Path.Combine(Path.GetDirectoryName(data)!, "broker.lock");
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException(
                $"The data directory {Path.GetDirectoryName(data)} is used by another broker (or belongs to another user): stop that "
                + "one, set broker.data_dir to another directory, or give both one database with broker.database.connection_string.");
        }
    }

    private static void MakePrivate(string directory)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(Path.GetDirectoryName(directory)!);
        Directory.CreateDirectory(directory, owner);
        if (!Environment.IsPrivilegedProcess)
        {
            // Fails where somebody else made the directory before us.
            File.SetUnixFileMode(directory, owner);
            return;
        }

        using var chown = Process.Start("chown", [ServerUser, directory]);
        chown.WaitForExit();
        if (chown.ExitCode != 0)
            throw new EmbeddedPostgresException($"There is no user {ServerUser}, as whom the server is to run: install PostgreSQL's "
                + "package, or start the broker unprivileged.");
        File.SetUnixFileMode(directory, owner);
    }

    private static string SocketDirectoryOf(string data) => data.Length <= MaxSocketDirectory
        ? Path.Combine(Path.GetDirectoryName(data)!, "socket")
        : Path.Combine(Path.GetTempPath(), $"brokkr-{Environment.UserName}-{Digest(data)}");

    /// <summary>Whether any user may walk down to a directory, as far as it exists.</summary>
    private static bool IsReachable(string directory)
    {
        for (var at = new DirectoryInfo(directory); at is not null; at = at.Parent)
        {
            if (at.Exists && !at.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }

        return true;
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
}
