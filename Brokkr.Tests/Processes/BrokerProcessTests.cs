using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Demo;

namespace Brokkr.Tests.Processes;

/// <summary>The broker as operators start it: a process with its embedded database.</summary>
public sealed class BrokerProcessTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-process-").FullName;
    private readonly int[] _ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];

    public BrokerProcessTests() => File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);

    [Fact]
    public async Task A_report_that_was_answered_survives_the_death_of_the_broker()
    {
        var broker = Start();
        await ReadyAsync(broker);
        using var admin = Client(await File.ReadAllTextAsync(Path.Combine(_directory, "admin.pak")));
        var stack = await PostAsync(admin, "/api/v1/stacks", """{"name":"shop"}""");
        var submitted = await PostAsync(admin, $"/api/v1/stacks/{stack["id"]}/deployment-objects",
            """{"name":"web","yaml":"{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}"}""");
        var agent = await PostAsync(admin, "/api/v1/agents", """{"name":"edge-1"}""");
        await PostAsync(admin, $"/api/v1/agents/{agent["agent"]!["id"]}/targets", $$"""{"stack_id":"{{stack["id"]}}"}""");
        using var reporter = Client(agent["pak"]!.GetValue<string>());
        using var report = Json($$$"""{"deployment_objects":[{"id":"{{{submitted["id"]}}}","status":"failing","summary":{"pods_ready":0,"pods_total":2}}]}""");

        (await reporter.PatchAsync($"/api/v1/agents/{agent["agent"]!["id"]}/health-status", report)).EnsureSuccessStatusCode();
        await broker.KillAsync();
        await using var next = Start();
        await ReadyAsync(next);

        var health = await admin.GetFromJsonAsync<JsonNode>($"/api/v1/deployment-objects/{submitted["id"]}/health");
        health!["status"]!.GetValue<string>().Should().Be("failing");
        health["summary"]!["pods_total"]!.GetValue<int>().Should().Be(2);
        next.Said.Should().Contain("taking it over", "the killed broker left its database running");

        await next.SignalAsync("TERM");
        (await next.ExitCodeAsync()).Should().Be(0);
        Process.GetProcessesByName("postgres").Where(p => IsOurs(p.Id)).Should().BeEmpty("a broker that is told to stop stops its database");
        await broker.DisposeAsync();
    }

    [Fact]
    public async Task A_second_broker_on_the_same_data_is_told_so_and_harms_nothing()
    {
        await using var first = Start();
        await ReadyAsync(first);

        await using var second = Start(("http_port", "0"), ("grpc_port", "0"), ("management_port", "0"));

        (await second.ExitCodeAsync()).Should().Be(1);
        second.Said.Should().Contain("is used by another broker").And.Contain("broker.data_dir").And.NotContain("   at ");
        (await IsReadyAsync()).Should().BeTrue();
        await first.SignalAsync("TERM");
        (await first.ExitCodeAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_broker_that_is_told_to_stop_is_unready_first_and_serves_until_its_grace_is_over()
    {
        await using var broker = Start(("shutdown_grace_seconds", "300"));
        await ReadyAsync(broker);
        using var admin = Client(await File.ReadAllTextAsync(Path.Combine(_directory, "admin.pak")));
        var agent = await PostAsync(admin, "/api/v1/agents", """{"name":"edge-1"}""");
        using var poller = Client(agent["pak"]!.GetValue<string>());
        var poll = poller.GetAsync($"/api/v1/agents/{agent["agent"]!["id"]}/diagnostics/pending?wait_seconds=50");

        await broker.SignalAsync("TERM");

        await Eventually.IsAsync("it is unready", async () => !await IsReadyAsync());
        using (var probe = new HttpClient())
        {
            var answer = await probe.GetAsync($"http://127.0.0.1:{_ports[2]}/readyz");
            (answer.StatusCode, (await answer.Content.ReadAsStringAsync()).Contains("is stopping", StringComparison.Ordinal)).Should()
                .Be((HttpStatusCode.ServiceUnavailable, true));
            (await probe.GetAsync($"http://127.0.0.1:{_ports[2]}/healthz")).IsSuccessStatusCode.Should().BeTrue();
        }

        using var late = Client(await File.ReadAllTextAsync(Path.Combine(_directory, "admin.pak")));
        (await late.GetAsync("/api/v1/stacks")).IsSuccessStatusCode.Should().BeTrue("those who did not notice yet are served");
        await broker.SignalAsync("TERM");
        (await poll).IsSuccessStatusCode.Should().BeTrue("a held poll is answered, not broken off");
        (await broker.ExitCodeAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_the_setting_that_moves_it()
    {
        using var taken = new TcpListener(IPAddress.Loopback, _ports[1]);
        taken.Start();

        await using var broker = Start();

        (await broker.ExitCodeAsync()).Should().Be(1);
        broker.Said.Should().Contain($"Port {_ports[1]} is in use: set broker.grpc_port (BROKKR__BROKER__GRPC_PORT)").And.NotContain("   at ");
    }

    [Fact]
    public async Task A_database_that_refuses_or_does_not_answer_is_named_without_its_password()
    {
        var port = FreePort.Next();
        await using var unreachable =
            Start(("database__connection_string", $"Host=127.0.0.1;Port={port};Username=brokkr;Password=hunter2hunter2;Database=brokkr"));
        await using var nonsense = Start(("database__connection_string", "postgres://brokkr:hunter2hunter2@db/brokkr"));

        (await nonsense.ExitCodeAsync()).Should().Be(1);
        nonsense.Said.Should().Contain("broker.database.connection_string").And.NotContain("hunter2");
        (await unreachable.ExitCodeAsync()).Should().Be(1);
        unreachable.Said.Should().Contain($"The database at 127.0.0.1:{port} does not answer").And.Contain("broker.database.connection_string").And
            .NotContain("hunter2");
    }

    [Theory]
    [InlineData("data_dir", "/proc/brokkr")]
    [InlineData("admin_pak_file", "/proc/brokkr/admin.pak")]
    public async Task A_directory_that_cannot_be_used_is_a_sentence(string setting, string path)
    {
        await using var broker = setting == "data_dir"
            ? Start((setting, path))
            : Start((setting, path), ("database__connection_string", await PostgresServer.CreateDatabaseAsync()));

        (await broker.ExitCodeAsync()).Should().Be(1);
        broker.Said.Should().Contain($"broker.{setting} names {path}, which cannot be ").And.NotContain("   at ").And.NotContain("Unhandled");
    }

    [Fact]
    public async Task Settings_can_be_checked_without_starting()
    {
        await using var good = RunningProgram.Start("brokkr-broker", ["--broker.http_port=8090", "--check-config"]);
        await using var bad = RunningProgram.Start(
            "brokkr-broker", ["--check-config", "--broker.http_port=many", "--broker.colour=red", "--broker.grpc_port=9090", "--broker.audit_days=0",
                "--broker.database.read_connection_string=Host=copy", "--broker.database.read_lag_seconds=1"]);

        (await good.ExitCodeAsync()).Should().Be(0, good.Said);
        (await bad.ExitCodeAsync()).Should().Be(2, bad.Said);
        bad.Said.Should().Contain("broker.http_port must be a whole number").And.Contain("There is no setting broker.colour")
            .And.Contain("broker.audit_days must be between 1 and 3650").And.Contain("broker.grpc_port and broker.management_port are both 9090")
            .And.Contain("broker.database.read_lag_seconds must be between 2 and 3600")
            .And.Contain("broker.database.read_connection_string needs broker.database.connection_string");
    }

    [Fact]
    public async Task What_settings_name_is_checked_too_all_at_once()
    {
        await using var bad = RunningProgram.Start("brokkr-broker", ["--check-config"], new Dictionary<string, string>
        {
            ["BROKKR__BROKER__DATABASE__CONNECTION_STRING"] = "nonsense",
            ["BROKKR__BROKER__DATABASE__LISTEN_CONNECTION_STRING"] = "Host=db;Target Session Attributes=standby",
            ["BROKKR__BROKER__DATABASE__READ_CONNECTION_STRING"] = "Host=db;Target Session Attributes=primary",
            ["BROKKR__BROKER__TLS__CERTIFICATE"] = "/nowhere/tls.crt",
            ["BROKKR__BROKER__TLS__KEY"] = "/nowhere/tls.key",
            ["BROKKR__BROKER__SECRETS_KEY_FILE"] = "/nowhere/secrets.key",
            ["BROKKR__BROKER__ALERTS__CA_FILE"] = "/nowhere/ca.crt",
            ["BROKKR__BROKER__ALERTS__RECEIVERS__0__NAME"] = "ops",
            ["BROKKR__BROKER__ALERTS__RECEIVERS__0__KIND"] = "pigeon",
            ["BROKKR__BROKER__ALERTS__RULES__0__NAME"] = "slow",
            ["BROKKR__BROKER__ALERTS__RULES__0__WAIT_SECONDS"] = "99999",
        });

        (await bad.ExitCodeAsync()).Should().Be(2, bad.Said);
        bad.Said.Should().Contain("broker.database.connection_string is not one")
            .And.Contain("broker.database.listen_connection_string: Target Session Attributes is standby")
            .And.Contain("broker.database.read_connection_string: Target Session Attributes is primary")
            .And.Contain("broker.tls.certificate, key and client_ca cannot be used")
            .And.Contain("broker.secrets_key_file: /nowhere/secrets.key cannot be read").And.Contain("broker.alerts.ca_file: /nowhere/ca.crt cannot be read")
            .And.Contain("broker.alerts.receivers, ops: kind: must be").And.Contain("broker.alerts.rules, slow: wait_seconds: must be");
    }

    [Fact]
    public async Task It_says_when_it_is_ready_where_and_when_it_stops()
    {
        await using var broker = Start(("admin_pak_file", ""));
        await ReadyAsync(broker);
        File.Exists(Path.Combine(_directory, "admin.pak")).Should().BeTrue("the key is in the data directory");
        await broker.SignalAsync("TERM");

        (await broker.ExitCodeAsync()).Should().Be(0);
        broker.Said.Should().MatchRegex($@"T[0-9:.]+Z .*The broker \d+\.\d+\.\d+ is ready at http://127\.0\.0\.1:{_ports[0]}, .*{_ports[1]}, .*{_ports[2]}")
            .And.Contain("The broker stops");
    }

    [Fact]
    public async Task An_unknown_setting_stops_the_start_with_its_name()
    {
        await using var broker = Start(("helth__stale_after_seconds", "60"));

        (await broker.ExitCodeAsync()).Should().Be(2);
        broker.Said.Should().Contain("There is no setting broker.HELTH").And.Contain("the keys of [broker] are").And.Contain("health");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private RunningProgram Start(params (string Key, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["BROKKR__BROKER__HTTP_PORT"] = $"{_ports[0]}",
            ["BROKKR__BROKER__GRPC_PORT"] = $"{_ports[1]}",
            ["BROKKR__BROKER__MANAGEMENT_PORT"] = $"{_ports[2]}",
            ["BROKKR__BROKER__DATA_DIR"] = _directory,
            ["BROKKR__BROKER__ADMIN_PAK_FILE"] = Path.Combine(_directory, "admin.pak"),
            ["BROKKR__BROKER__SHUTDOWN_GRACE_SECONDS"] = "0",
        };
        foreach (var (key, value) in settings)
            environment[$"BROKKR__BROKER__{key.ToUpperInvariant()}"] = value;
        return RunningProgram.Start("brokkr-broker", [], environment, _directory);
    }

    private Task ReadyAsync(RunningProgram broker) => Eventually.IsAsync("the broker is ready", () =>
    {
        broker.HasExited.Should().BeFalse(broker.Said);
        return IsReadyAsync();
    });

    private async Task<bool> IsReadyAsync()
    {
        using var http = new HttpClient();
        try
        {
            return (await http.GetAsync($"http://127.0.0.1:{_ports[0]}/readyz")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private HttpClient Client(string pak) => new()
    {
        BaseAddress = new($"http://127.0.0.1:{_ports[0]}"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", pak.Trim()) },
    };

    private static async Task<JsonNode> PostAsync(HttpClient client, string path, string json)
    {
        using var content = Json(json);
        using var answer = await client.PostAsync(path, content);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.Should().BeTrue(text);
        return JsonNode.Parse(text)!;
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private bool IsOurs(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Contains(_directory, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
