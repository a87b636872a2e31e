using Brokkr.Contracts;
using Npgsql;

namespace Brokkr.Broker.Storage;

/// <summary>
/// A PostgreSQL server of the broker's own, reached through a Unix socket in a directory that only its owner may enter. One that a killed
/// broker left behind is taken over, and one that dies is started again.
/// </summary>
internal sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string DatabaseName = "postgres";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly PostgresDirectory _directory;
    private readonly string _binaries;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private ServerProcess _process = null!;
    private Task _keeping = Task.CompletedTask;
    private int _attempts;

    private EmbeddedPostgres(PostgresDirectory directory, string binaries, IReadOnlyDictionary<string, string> settings, TimeProvider clock,
        ILogger log)
    {
        (_directory, _binaries, _settings, _clock, _log) = (directory, binaries, settings, clock, log);
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = directory.Sockets,
            Username = ServerProcess.User,
            Database = DatabaseName,
            MaxPoolSize = 50,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
    }

    public string ConnectionString { get; }

    /// <summary>Makes the data directory where it is missing and starts the server, or takes over the one that runs on it.</summary>
    /// <param name="dataDir">The broker's data directory.</param>
    /// <param name="settings">Further settings of the server; tests that need no durability say so here.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="log">Is told what becomes of the server as long as it is used.</param>
    /// <param name="ct">Gives up starting.</param>
    public static async Task<EmbeddedPostgres> StartAsync(
        string dataDir, IReadOnlyDictionary<string, string> settings, TimeProvider clock, ILogger log, CancellationToken ct)
    {
        var directory = new PostgresDirectory(dataDir);
        try
        {
            var binaries = PostgresBinaries.Find(directory.Version, directory.Data);
            await directory.MakeDataAsync(draft => ServerProcess.RunAsync(binaries, "initdb",
                ["-D", draft, "-U", ServerProcess.User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"], ct), log);
            var server = new EmbeddedPostgres(directory, binaries, settings, clock, log);
            EmbeddedPostgresLog.Starting(log, directory.Data);
            await server.BeginAsync(ct);
            server._keeping = server.KeepAsync();
            return server;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var held = _directory;
        await _stop.CancelAsync();
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        NpgsqlConnection.ClearAllPools();
        using var patience = new CancellationTokenSource(Patience, _clock);
        await _process.StopAsync(patience.Token);
        _process.Dispose();
        _stop.Dispose();
    }

    private async Task BeginAsync(CancellationToken ct)
    {
        if (ServerProcess.FindOn(_directory.PidFile) is { } former)
        {
            _process = former;
            EmbeddedPostgresLog.TakenOver(_log, _directory.Data);
        }
        else
        {
            ServerProcess.DropStale(_directory.PidFile);
            _process = ServerProcess.Start(_binaries, Arguments());
        }

        try
        {
            await WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            // Told to stop while it starts, perhaps in a long recovery: it is not left behind.
            await _process.StopAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>
    /// Starts the server again whenever it ends by itself, until the broker ends it; ever less often while that is in vain, as on a full
    /// disk.
    /// </summary>
    private Task KeepAsync() => Periodic.RunAsync(_clock, RestartAsync, failure =>
    {
        if (failure is null)
            return Pause;
        EmbeddedPostgresLog.NotRestarted(_log, failure.Message);
        var pause = Pause * Math.Pow(2, Math.Min(_attempts, 10));
        return pause < LongestPause ? pause : LongestPause;
    }, _stop.Token);

    private async Task RestartAsync(CancellationToken ct)
    {
        await _process.ExitAsync(ct);
        if (_attempts++ == 0)
            EmbeddedPostgresLog.Died(_log, _directory.Data);
        await BeginAsync(ct);
        _attempts = 0;
        EmbeddedPostgresLog.Restarted(_log, _directory.Data);
    }

    /// <summary>Waits until the server answers: as long as it takes while it recovers, a while otherwise.</summary>
    private async Task WaitAsync(CancellationToken ct)
    {
        var (began, isRecovering) = (_clock.GetTimestamp(), false);
        while (await AskAsync(ct) is var answer and not Answer.Ready)
        {
            if (answer is Answer.Recovering)
            {
                if (!isRecovering)
                    EmbeddedPostgresLog.Recovering(_log, _directory.Data);
                (began, isRecovering) = (_clock.GetTimestamp(), true);
            }

            if (_process.HasExited || _clock.GetElapsedTime(began) > Patience)
            {
                throw new EmbeddedPostgresException($"The embedded PostgreSQL on {_directory.Data} does not start. It said: "
                    + $"{_process.Said.Trim()} Its log is in {_directory.Log}.");
            }

            await Task.Delay(Look, _clock, ct);
        }
    }

    private async Task<Answer> AskAsync(CancellationToken ct)
    {
        try
        {
            // Metrics know a source without a name by its connection string.
            await using var database =
                new NpgsqlDataSourceBuilder(ConnectionString + ";Pooling=false;Timeout=5") { Name = "broker-embedded" }.Build();
            await using var command = database.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(ct);
            return Answer.Ready;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CannotConnectNow)
        {
            return Answer.Recovering;
        }
        catch (NpgsqlException)
        {
            return Answer.None;
        }
    }

    private List<string> Arguments()
    {
        // A file for each day of the week, which the next week writes anew. Statements and rows hold what is nobody's business.
        var settings = new Dictionary<string, string>
        {
            ["listen_addresses"] = "",
            ["unix_socket_permissions"] = "0700",
            ["logging_collector"] = "on",
            ["log_directory"] = _directory.Log,
            ["log_filename"] = "postgresql-%a.log",
            ["log_truncate_on_rotation"] = "on",
            ["log_rotation_age"] = "1d",
            ["log_rotation_size"] = "0",
            ["log_min_error_statement"] = "panic",
            ["log_error_verbosity"] = "terse",
        };
        var arguments = new List<string> { "-D", _directory.Data, "-k", _directory.Sockets };
        foreach (var (key, value) in settings.Concat(_settings))
            arguments.AddRange(["-c", $"{key}={value}"]);
        return arguments;
    }

    private enum Answer
    {
        None,
        Recovering,
        Ready,
    }
}
