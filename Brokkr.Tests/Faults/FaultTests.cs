using System.Diagnostics;
using System.Globalization;
using Brokkr.Broker.Storage;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit.Abstractions;

namespace Brokkr.Tests.Faults;

/// <summary>
/// Several broker processes on one database while processes die, sleep, lose their connections and their database restarts. Afterwards what
/// everybody was told is compared with what is there. The seed decides what is done; a run with the same seed does the same, at other moments.
/// </summary>
[Collection("Faults")]
public sealed class FaultTests : IAsyncLifetime
{
    private const int LeaseSeconds = 2;
    private const int MaxAttempts = 3;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(LeaseSeconds);

    /// <summary>
    /// Within this the brokers answer again, without a restart: much longer than on machines of their own, since callers, who never rest,
    /// and the database take what processor there is.
    /// </summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);

    private readonly ITestOutputHelper _output;
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-faults-").FullName;
    private readonly List<FaultBroker> _brokers = [];
    private EmbeddedPostgres _database = null!;

    public FaultTests(ITestOutputHelper output)
    {
        _output = output;
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
    }

    public async Task InitializeAsync() => _database = await StartDatabaseAsync();

    public async Task DisposeAsync()
    {
        foreach (var broker in _brokers)
            await broker.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public Task Two_brokers_keep_their_promises_for_a_short_while() =>
        RunAsync(brokers: 2, agents: 6, TimeSpan.FromSeconds(15), pause: TimeSpan.FromSeconds(1));

    [Fact]
    [Trait("Category", "Faults")]
    public Task Three_brokers_keep_their_promises() => RunAsync(brokers: 3, agents: 16, TimeSpan.FromSeconds(120), pause: TimeSpan.FromSeconds(3));

    private async Task RunAsync(int brokers, int agents, TimeSpan duration, TimeSpan pause)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("BROKKR_FAULT_SEED"), out var given) ? given : Random.Shared.Next();
        Say($"seed {seed} (BROKKR_FAULT_SEED repeats it), {brokers} brokers, {agents} agents with twins");
        // All at once, on a database without tables: one of them migrates.
        for (var i = 0; i < brokers; i++)
            _brokers.Add(new($"broker {i}", _database.ConnectionString, _directory, LeaseSeconds));
        await ReadyAsync();

        var history = new History();
        var fleet = new FaultFleet(_brokers, (await File.ReadAllTextAsync(Path.Combine(_directory, "admin.pak"))).Trim(), history, seed, Lease);
        await fleet.PrepareAsync(agents, objects: 8);
        using var operators = new CancellationTokenSource();
        using var serving = new CancellationTokenSource();
        var running = fleet.RunAsync(operators.Token, serving.Token);
        await DisturbAsync(new(seed), duration, pause);

        fleet.IsUnruly = false;
        await operators.CancelAsync();
        await Eventually.IsAsync("every request comes to its end", async () => await OpenAsync() == 0);
        await serving.CancelAsync();
        await running;
        await CheckAsync(history);
    }

    /// <summary>One fault after another, each undone before the next; after each the brokers must be ready again in time.</summary>
    private async Task DisturbAsync(Random random, TimeSpan duration, TimeSpan pause)
    {
        (string Name, Func<FaultBroker, Task> Do)[] faults =
        [
            ("kill -9", async broker =>
            {
                await broker.KillAsync();
                await broker.RestartAsync();
                // How long a program takes to start is not what is measured.
                await ReadyAsync();
            }),
            ("SIGSTOP for longer than a lease", async broker =>
            {
                await broker.SignalAsync("STOP");
                await Task.Delay(Lease * 1.5);
                await broker.SignalAsync("CONT");
            }),
            ("every connection to the database ended", _ => TerminateAsync()),
            ("database killed and restarted", _ => RestartDatabaseAsync()),
            ("latency", async broker => { broker.Proxy.Latency = TimeSpan.FromMilliseconds(150); await Task.Delay(pause); broker.Proxy.Latency = default; }),
            ("connections reset", broker => { broker.Proxy.Reset(); return Task.CompletedTask; }),
            ("replies lost", async broker =>
            {
                broker.Proxy.DropsReplies = true;
                await Task.Delay(pause);
                broker.Proxy.DropsReplies = false;
                broker.Proxy.Reset();
            }),
            ("stall", async broker => { broker.Proxy.Stall(); await Task.Delay(pause); broker.Proxy.Resume(); }),
        ];
        var began = TimeProvider.System.GetTimestamp();
        for (var round = 0; TimeProvider.System.GetElapsedTime(began) < duration; round++)
        {
            await Task.Delay(pause * random.NextDouble());
            // Each once in an order of its own, before any comes again.
            if (round % faults.Length == 0)
                random.Shuffle(faults);
            var (fault, broker) = (faults[round % faults.Length], _brokers[random.Next(_brokers.Count)]);
            await fault.Do(broker);
            var recovering = TimeProvider.System.GetTimestamp();
            await ReadyAsync();
            var took = TimeProvider.System.GetElapsedTime(recovering);
            Say($"{fault.Name} at {broker.Name}: ready again after {took.TotalSeconds:F1} s");
            took.Should().BeLessThan(Recovery, fault.Name);
        }
    }

    private async Task CheckAsync(History history)
    {
        var endings = await FaultFleet.EndingsAsync(_database.ConnectionString);
        var deadlocks = await SqlAsync("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
        Say($"{history.Requested.Distinct().Count()} requests, {history.Claims.Count} claims, {history.Answers.Count} answers, {history.Cancelled.Count} "
            + "withdrawals acknowledged; "
            + string.Join(", ", endings.Values.GroupBy(e => e.Status).Select(g => $"{g.Count()} {g.Key}")));
        history.Claims.Should().NotBeEmpty();
        history.Answers.Should().NotBeEmpty();
        history.Violations(endings, Lease, MaxAttempts).Should().BeEmpty();

        var reports = await ReportsAsync();
        history.Reported.Should().NotBeEmpty();
        history.Reported.Where(r => reports.GetValueOrDefault(r.Key) < r.Value)
            .Select(r => $"{r.Key}: {r.Value} was acknowledged, {reports.GetValueOrDefault(r.Key)} is stored")
            .Should().BeEmpty("an acknowledged report is neither lost nor replaced by an older one");
        deadlocks.Should().Be(0L);
        _brokers.SelectMany(b => b.Said.Split('\n')).Where(l => l.Contains(" fail: Brokkr", StringComparison.Ordinal)).Should()
            .BeEmpty("a fault from outside is no failure of the broker");
    }

    private async Task ReadyAsync()
    {
        foreach (var broker in _brokers)
        {
            await Eventually.IsAsync($"{broker.Name} is ready", () =>
            {
                broker.HasExited.Should().BeFalse(broker.Said);
                return broker.IsReadyAsync();
            });
        }
    }

    private async Task<long> OpenAsync() => (long)(await SqlAsync("SELECT COUNT(*) FROM diagnostic_requests WHERE status IN ('pending', 'claimed')"))!;

    private Task TerminateAsync() =>
        SqlAsync("SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

    /// <summary>An immediate shutdown: the server comes up again by recovery, as after the machine lost its power.</summary>
    private async Task RestartDatabaseAsync()
    {
        var pid = File.ReadLines(Path.Combine(PostgresDirectory.DataOf(_directory), "postmaster.pid")).First();
        using (var server = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture)))
        using (Process.Start("kill", ["-QUIT", pid]))
            await server.WaitForExitAsync();
        await _database.DisposeAsync();
        _database = await StartDatabaseAsync();
    }

    private Task<EmbeddedPostgres> StartDatabaseAsync() => EmbeddedPostgres.StartAsync(
        _directory, new Dictionary<string, string> { ["max_connections"] = "250" }, TimeProvider.System, NullLogger.Instance, CancellationToken.None);

    private async Task<Dictionary<(string Agent, string ObjectId), int>> ReportsAsync()
    {
        await using var database = NpgsqlDataSource.Create(_database.ConnectionString);
        await using var command =
            database.CreateCommand("SELECT agent_id::text, deployment_object_id::text, (summary->>'pods_total')::int FROM deployment_health");
        await using var reader = await command.ExecuteReaderAsync();
        var reports = new Dictionary<(string, string), int>();
        while (await reader.ReadAsync())
            reports[(reader.GetString(0), reader.GetString(1))] = reader.GetInt32(2);
        return reports;
    }

    private async Task<object?> SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private void Say(string line) => _output.WriteLine(line);
}

/// <summary>Brokers, agents and faults need the machine for themselves.</summary>
[CollectionDefinition("Faults", DisableParallelization = true)]
public sealed class FaultRuns;
