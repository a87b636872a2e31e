using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Brokkr.DemoCluster.Demo;
using Npgsql;

namespace Brokkr.Tests.Processes;

/// <summary>What the broker writes to its output: what operators and their collectors can use, and as little as that takes.</summary>
public sealed class BrokerLogTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-log-").FullName;
    private readonly HttpClient _http = new();
    private readonly int _port = FreePort.Next();

    public BrokerLogTests()
    {
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
        _http.BaseAddress = new($"http://127.0.0.1:{_port}");
    }

    [Fact]
    public async Task Json_is_json_from_the_first_line_to_the_last()
    {
        await using var broker = Start(("telemetry__log_format", "json"), ("data_dir", _directory));
        await ReadyAsync(broker);
        await broker.SignalAsync("TERM");
        (await broker.ExitCodeAsync()).Should().Be(0);

        var lines = Lines(broker).ToList();

        lines.Should().AllSatisfy(l => JsonNode.Parse(l)!["Timestamp"]!.GetValue<string>().Should().MatchRegex("^[0-9T:.-]+Z$"));
        lines.Should().Contain(l => l.Contains("starting an embedded PostgreSQL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Text_has_its_times_and_calls_where_they_are_asked_for_without_what_is_secret()
    {
        const string secret = "brokkr_adm_8Zp3k1QxW0_0123456789012345678901234567890123456";
        await using var broker = Start(("telemetry__access_log", "true"), ("database__connection_string", await PostgresServer.CreateDatabaseAsync()));
        await ReadyAsync(broker);
        _http.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(Path.Combine(_directory, "admin.pak"))).Trim());

        (await _http.GetAsync("/api/v1/stacks?page_size=7")).EnsureSuccessStatusCode();
        await _http.GetAsync($"/api/v1/stacks/{secret}%1b%0aforged");

        await Eventually.IsAsync("both are logged", () => Task.FromResult(broker.Said.Contains("forged answered 4", StringComparison.Ordinal)));
        Lines(broker).Should().AllSatisfy(l => l.Should().MatchRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z "));
        broker.Said.Should().MatchRegex("GET /api/v1/stacks answered 200 OK in [0-9]+ ms, with the key [0-9A-Za-z]{10}, from 127.0.0.1");
        broker.Said.Should().NotContainAny(secret, "page_size", "\x1b");
    }

    [Fact]
    public async Task Below_the_level_that_is_asked_for_nothing_is_said()
    {
        await using var broker = Start(("telemetry__log_level", "warning"), ("database__connection_string", await PostgresServer.CreateDatabaseAsync()));
        await ReadyAsync(broker);

        Lines(broker).Should().BeEmpty("migrations and the first key are no warnings");
    }

    [Fact]
    public async Task A_database_that_is_away_is_one_line_and_its_return_another()
    {
        var reached = new NpgsqlConnectionStringBuilder(await PostgresServer.CreateDatabaseAsync());
        await using var server = NpgsqlDataSource.Create(await PostgresServer.CreateDatabaseAsync());
        await using var broker = Start(("database__connection_string", reached.ConnectionString), ("telemetry__log_level", "warning"));
        await ReadyAsync(broker);
        _http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(_directory, "admin.pak"))).Trim());

        await RunAsync($"ALTER DATABASE {reached.Database} ALLOW_CONNECTIONS false");
        await RunAsync($"SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{reached.Database}'");
        for (var i = 0; i < 30; i++)
            ((int)(await _http.GetAsync("/api/v1/stacks")).StatusCode).Should().Be(503);
        await RunAsync($"ALTER DATABASE {reached.Database} ALLOW_CONNECTIONS true");
        await Eventually.IsAsync("it is back", () => Task.FromResult(broker.Said.Contains("answers again", StringComparison.Ordinal)));
        (await _http.GetAsync("/api/v1/stacks")).EnsureSuccessStatusCode();

        Lines(broker).Should().HaveCount(2);
        Lines(broker).First().Should().MatchRegex("The database at \\S+ does not answer \\(").And.NotContain("   at ");
        Lines(broker).Last().Should().MatchRegex("The database at \\S+ answers again, after [0-9]+ s");

        async Task RunAsync(string sql)
        {
            await using var command = server.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static IEnumerable<string> Lines(RunningProgram broker) =>
        broker.Said.Split('\n').Select(l => Regex.Replace(l, @"\x1b\[[0-9;]*m|\r", "")).Where(l => l.Length > 0);

    private RunningProgram Start(params (string Key, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["BROKKR__BROKER__HTTP_PORT"] = $"{_port}",
            ["BROKKR__BROKER__GRPC_PORT"] = "0",
            ["BROKKR__BROKER__MANAGEMENT_PORT"] = "0",
            ["BROKKR__BROKER__ADMIN_PAK_FILE"] = Path.Combine(_directory, "admin.pak"),
            ["BROKKR__BROKER__SHUTDOWN_GRACE_SECONDS"] = "0",
        };
        foreach (var (key, value) in settings)
            environment[$"BROKKR__BROKER__{key.ToUpperInvariant()}"] = value;
        return RunningProgram.Start("brokkr-broker", [], environment, _directory);
    }

    private Task ReadyAsync(RunningProgram broker) => Eventually.IsAsync("the broker is ready", async () =>
    {
        broker.HasExited.Should().BeFalse(broker.Said);
        try
        {
            return (await _http.GetAsync("/readyz")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    });
}
