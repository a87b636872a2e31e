using System.Diagnostics;
using System.Globalization;
using Brokkr.Broker.Storage;
using Brokkr.Tests.Agent;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>The server that the broker looks after: whatever ended it, the broker gets it going again, and touches no other.</summary>
public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-embedded-").FullName;

    public EmbeddedPostgresTests() => File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);

    private string Data => PostgresDirectory.DataOf(_directory);

    private string PidFile => Path.Combine(Data, "postmaster.pid");

    /// <summary>As a server does that has only begun, started by whoever ignores the signal.</summary>
    [Fact]
    public async Task A_server_that_does_not_hear_that_it_is_to_stop_is_told_again()
    {
        var binaries = Directory.CreateTempSubdirectory("brokkr-deaf-").FullName;
        File.SetUnixFileMode(binaries, (UnixFileMode)0b111_101_101);
        var program = Path.Combine(binaries, "postgres");
        await File.WriteAllTextAsync(program, "#!/usr/bin/perl\n$| = 1; $SIG{INT} = sub { exit if ++$told == 2 }; print \"up\\n\"; sleep 1 while 1;\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        using var server = ServerProcess.Start(binaries, []);
        await Eventually.IsAsync("it runs", () => Task.FromResult(server.Said.Contains("up", StringComparison.Ordinal)));

        await server.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));

        server.HasExited.Should().BeTrue();
        Directory.Delete(binaries, recursive: true);
    }

    [Fact]
    public async Task A_server_that_died_runs_again_with_what_was_committed()
    {
        await using var server = await StartAsync();
        await RunAsync(server, "CREATE TABLE kept AS SELECT 7 AS number");

        foreach (var signal in (string[])["KILL", "QUIT", "INT"])
        {
            await SignalAsync(await PidAsync(), signal);
            await Eventually.IsAsync($"it answers after SIG{signal}", async () => await TryAsync(server, "SELECT number FROM kept") is 7);
        }
    }

    [Fact]
    public async Task Metrics_do_not_tell_how_the_server_is_reached()
    {
        using var names = new PoolNames();

        await using var server = await StartAsync();

        names.Seen().Should().Contain("broker-embedded").And.NotContain(n => n.Contains(new NpgsqlConnectionStringBuilder(server.ConnectionString).Host!));
    }

    [Fact]
    public async Task A_server_that_cannot_be_started_is_tried_again_until_it_can()
    {
        var log = new LogLines();
        await using var server = await StartAsync(log: log.For<EmbeddedPostgres>());
        await RunAsync(server, "CREATE TABLE kept AS SELECT 7 AS number");
        var (control, away) = (Path.Combine(Data, "global", "pg_control"), Path.Combine(_directory, "pg_control"));
        File.Move(control, away);

        await SignalAsync(await PidAsync(), "KILL");

        await Eventually.IsAsync(
            "it was tried twice", () => Task.FromResult(log.All.Count(l => l.Text.EndsWith("Trying again", StringComparison.Ordinal)) > 1));
        File.Move(away, control);
        await Eventually.IsAsync("it answers again", async () => await TryAsync(server, "SELECT number FROM kept") is 7);
        log.All.Where(l => l.Text.Contains("has ended", StringComparison.Ordinal)).Should().ContainSingle("it ended once");
    }

    [Fact]
    public async Task A_recovery_is_waited_for_as_long_as_it_takes()
    {
        await (await StartAsync()).DisposeAsync();
        var (go, signal) = (Path.Combine(_directory, "go"), Path.Combine(Data, "recovery.signal"));
        await File.WriteAllTextAsync(signal, "");
        File.SetUnixFileMode(signal, (UnixFileMode)0b110_110_110);
        var (clock, log) = (new FakeTimeProvider(), new LogLines());

        var starting = StartAsync(new() { ["restore_command"] = $"until [ -e {go} ]; do sleep 0.05; done; false" }, clock, log.For<EmbeddedPostgres>());
        await PassAsync(TimeSpan.FromMilliseconds(50), () => log.All.Any(l => l.Text.Contains("recovers", StringComparison.Ordinal)));
        for (var i = 0; i < 20; i++)
            await PassAsync(TimeSpan.FromSeconds(20), () => true);
        starting.IsCompleted.Should().BeFalse("minutes are no reason to give up");
        await File.WriteAllTextAsync(go, "");
        await PassAsync(TimeSpan.FromMilliseconds(50), () => starting.IsCompleted);

        await using var server = await starting;
        (await TryAsync(server, "SELECT 1")).Should().Be(1);

        Task PassAsync(TimeSpan step, Func<bool> isSo) => Eventually.IsAsync("the start goes on", () =>
        {
            clock.Advance(step);
            return Task.FromResult(isSo());
        });
    }

    [Fact]
    public async Task A_stale_file_that_names_another_server_harms_it_never()
    {
        var other = new NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync());
        await using var database = NpgsqlDataSource.Create(other.ConnectionString);
        await using var ask = database.CreateCommand("SELECT pg_postmaster_start_time()");
        var started = await ask.ExecuteScalarAsync();
        var stranger = File.ReadLines(Path.Combine(Path.GetDirectoryName(other.Host!)!, "postgres", "postmaster.pid")).ToArray();
        await (await StartAsync()).DisposeAsync();
        // As after a kill, when the number has gone to a server on other data meanwhile; the time of its start is the same second.
        await File.WriteAllLinesAsync(PidFile, [stranger[0], Data, .. stranger[2..]]);
        Find().Should().BeFalse("the data is another's");
        // PostgreSQL by itself would not start: a process of its user has the number.
        await using (await StartAsync())
        {
            var own = await File.ReadAllLinesAsync(PidFile);
            Find().Should().BeTrue("it is the one");
            await File.WriteAllLinesAsync(PidFile, [own[0], own[1], $"{long.Parse(own[2], CultureInfo.InvariantCulture) - 86_400}", .. own[3..]]);
            Find().Should().BeFalse("the number was given away since");
            await File.WriteAllLinesAsync(PidFile, own);
        }

        (await ask.ExecuteScalarAsync()).Should().Be(started, "it never stopped");
    }

    [Fact]
    public async Task An_initialisation_that_was_broken_off_stands_in_no_start()
    {
        // Half made beside, as a kill leaves it; and half made in place, as other programs leave it.
        Directory.CreateDirectory(Path.Combine(_directory, "postgres.new", "base"));
        Directory.CreateDirectory(Path.Combine(_directory, "postgres", "base"));
        await File.WriteAllTextAsync(Path.Combine(_directory, "postgres", "PG_VERSION"), "15\n");

        await using var server = await StartAsync();

        (await TryAsync(server, "SELECT 1")).Should().Be(1);
        Directory.Exists(Path.Combine(_directory, "postgres.new")).Should().BeFalse();
        var aside = Directory.GetDirectories(_directory, "postgres.incomplete-*").Should().ContainSingle("nothing is thrown away unasked").Which;
        File.Exists(Path.Combine(aside, "PG_VERSION")).Should().BeTrue();
    }

    [Fact]
    public async Task A_failed_initialisation_leaves_nothing_in_the_datas_place()
    {
        using var directory = new PostgresDirectory(_directory);

        var make = () => directory.MakeDataAsync(draft =>
        {
            File.WriteAllText(Path.Combine(draft, "PG_VERSION"), "15\n");
            throw new EmbeddedPostgresException("killed");
        }, NullLogger.Instance);

        await make.Should().ThrowAsync<EmbeddedPostgresException>();
        (directory.Version, Directory.Exists(directory.Data)).Should().Be((null, false));
    }

    [Fact]
    public void The_binaries_are_those_of_the_datas_version()
    {
        foreach (var version in (string[])["15", "17", "9"])
        {
            var bin = Directory.CreateDirectory(Path.Combine(_directory, version, "bin")).FullName;
            foreach (var program in (string[])["initdb", "postgres"])
                File.WriteAllText(Path.Combine(bin, program), "");
        }

        PostgresBinaries.Find("15", "/data", _directory, "").Should().Be(Path.Combine(_directory, "15", "bin"));
        PostgresBinaries.Find(null, "/data", _directory, "").Should().Be(Path.Combine(_directory, "17", "bin"), "new data is made by the newest");
        var missing = () => PostgresBinaries.Find("16", "/data", _directory, "");
        missing.Should().Throw<EmbeddedPostgresException>().WithMessage("*/data*PostgreSQL 16*17, 15*postgresql-16*operations.md*");
    }

    [Fact]
    public async Task Newer_binaries_beside_those_of_the_data_do_not_stop_the_start()
    {
        await (await StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Data, "PG_VERSION"), "99\n");

        var start = () => StartAsync();

        await start.Should().ThrowAsync<EmbeddedPostgresException>().WithMessage("*was made by PostgreSQL 99*not installed*");
    }

    [Fact]
    public async Task The_server_writes_its_log_to_files_without_statements()
    {
        await using var server = await StartAsync();
        (await TryAsync(server, "SELECT 'hunter2hunter2'::int")).Should().BeOfType<PostgresException>();

        await Eventually.IsAsync("the failure is in the log", async () =>
        {
            var logs = await Task.WhenAll(Directory.GetFiles(Path.Combine(_directory, "postgres-log")).Select(f => File.ReadAllTextAsync(f)));
            return string.Concat(logs).Contains("invalid input syntax", StringComparison.Ordinal);
        });
        (await TryAsync(server, "SHOW log_truncate_on_rotation")).Should().Be("on");
        (await TryAsync(server, "SHOW log_filename")).Should().Be("postgresql-%a.log");
        (await TryAsync(server, "SHOW log_min_error_statement")).Should().Be("panic");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private bool Find()
    {
        using var found = ServerProcess.FindOn(PidFile);
        return found is not null;
    }

    private Task<EmbeddedPostgres> StartAsync(Dictionary<string, string>? settings = null, TimeProvider? clock = null, ILogger? log = null) =>
        EmbeddedPostgres.StartAsync(_directory, settings ?? [], clock ?? TimeProvider.System, log ?? NullLogger.Instance, CancellationToken.None);

    private async Task<string> PidAsync() => (await File.ReadAllLinesAsync(PidFile))[0];

    private static async Task SignalAsync(string pid, string signal)
    {
        using var process = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture));
        using var kill = Process.Start("kill", [$"-{signal}", pid]);
        await kill.WaitForExitAsync();
        await Eventually.IsAsync("it has ended", () => Task.FromResult(process.HasExited));
    }

    private static async Task RunAsync(EmbeddedPostgres server, string sql) => (await TryAsync(server, sql)).Should().BeNull();

    /// <summary>What a statement answers, or why it failed.</summary>
    private static async Task<object?> TryAsync(EmbeddedPostgres server, string sql)
    {
        try
        {
            await using var database = NpgsqlDataSource.Create(server.ConnectionString + ";Pooling=false");
            await using var command = database.CreateCommand(sql);
            return await command.ExecuteScalarAsync();
        }
        catch (NpgsqlException e)
        {
            return e;
        }
    }
}
