using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Brokkr.Broker.Health;
using Brokkr.DemoCluster.Demo;
using Brokkr.Tests.Documentation;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Telemetry;

/// <summary>Figures are a process's own: a second broker, on the database of the first, is asked for them.</summary>
public sealed class MetricsTests(BrokerFixture broker) : IClassFixture<BrokerFixture>, IAsyncLifetime, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-metrics-").FullName;
    private readonly HttpClient _management = new();
    private readonly HttpClient _rest = new();
    private RunningProgram _second = null!;
    private string _grpc = "";

    public async Task InitializeAsync()
    {
        var ports = new[] { FreePort.Next(), FreePort.Next(), FreePort.Next() };
        _second = RunningProgram.Start("brokkr-broker", [], new Dictionary<string, string>
        {
            ["BROKKR__BROKER__HTTP_PORT"] = $"{ports[0]}",
            ["BROKKR__BROKER__GRPC_PORT"] = $"{ports[1]}",
            ["BROKKR__BROKER__MANAGEMENT_PORT"] = $"{ports[2]}",
            ["BROKKR__BROKER__ADMIN_PAK_FILE"] = Path.Combine(_directory, "admin.pak"),
            ["BROKKR__BROKER__DATABASE__CONNECTION_STRING"] = broker.Options.Database.ConnectionString,
            ["BROKKR__BROKER__TELEMETRY__LOG_FORMAT"] = "json",
            ["BROKKR__BROKER__HEALTH__STACK_METRICS"] = "1",
        });
        (_rest.BaseAddress, _management.BaseAddress) = (new($"http://127.0.0.1:{ports[0]}"), new($"http://127.0.0.1:{ports[2]}"));
        _grpc = $"http://127.0.0.1:{ports[1]}";
        _rest.DefaultRequestHeaders.Authorization = new("Bearer", broker.AdminPak);
        await Eventually.IsAsync("the second broker is ready", () => AnswersAsync(200));
    }

    public async Task DisposeAsync() => await _second.DisposeAsync();

    public void Dispose()
    {
        _management.Dispose();
        _rest.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Calls_reports_fleet_and_queue_are_told_to_scrapers_without_a_key_and_nothing_while_the_database_is_away()
    {
        var stack = await broker.GivenStackAsync();
        var other = await broker.GivenStackAsync();
        await broker.GivenObjectAsync(other);
        var (first, second) = (await broker.GivenObjectAsync(stack), await broker.GivenObjectAsync(stack, "second"));
        var (agent, silent) = (await broker.GivenAgentAsync(stack, other), await broker.GivenAgentAsync(stack));
        await ReportAsync(agent, first, "failing");
        await ReportAsync(agent, first, "failing");
        (await broker.ReportAsync(silent, first, "degraded")).Status.Should().Be(200);
        (await broker.ReportAsync(silent, second, "healthy")).Status.Should().Be(200);
        await broker.AgeAsync($"p.agent_id = '{silent.Id}'", seconds: 3600);
        await broker.SqlAsync($"UPDATE agents SET last_seen_at = NOW() - INTERVAL '1 hour' WHERE id = '{silent.Id}'");
        (await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{first}/diagnostics", broker.AdminPak)).Status.Should().Be(202);
        ((int)(await _rest.GetAsync($"/api/v1/stacks/{Guid.NewGuid()}")).StatusCode).Should().Be(404);

        await Eventually.IsAsync("the fleet is sampled", async () => Value(await ScrapeAsync(), "brokkr_diagnostics_requests", "status=\"pending\"") == 1);
        var text = await ScrapeAsync();

        Value(text, "brokkr_health_objects", "status=\"failing\"").Should().Be(1);
        Value(text, "brokkr_health_objects", "status=\"unknown\"").Should().Be(4, "two went stale and two await their first report");
        Value(text, "brokkr_health_stale_objects").Should().Be(2);
        Value(text, "brokkr_agents", "state=\"silent\"").Should().Be(1);
        Value(text, "brokkr_agents", "state=\"heard\"").Should().Be(1);
        Value(text, "brokkr_agents", "state=\"never_heard\"").Should().Be(0);
        Value(text, "brokkr_health_unclear_objects").Should().Be(0);
        Value(text, "brokkr_health_stack_objects", "stack=\"", "status=\"failing\"").Should().Be(1);
        text.Split('\n').Count(l => l.StartsWith("brokkr_health_stack_objects{", StringComparison.Ordinal)).Should().Be(4, "one stack was asked for");
        Value(text, "brokkr_diagnostics_oldest_pending_seconds").Should().BeGreaterThan(0);
        Value(text, "brokkr_diagnostics_held_polls").Should().Be(0);
        Value(text, "brokkr_health_reports_total").Should().Be(2);
        Value(text, "brokkr_health_report_rows_total", "outcome=\"changed\"").Should().BeGreaterThanOrEqualTo(1);
        Value(text, "brokkr_rpc_duration_seconds_count", "method=\"GetStack\"", "code=\"NotFound\"", "face=\"rest\"").Should().Be(1);
        text.Should().Contain("http_server_request_duration").And.Contain("db_client").And.Contain("kestrel");
        MonitoringTests.Scraped(text).Should().BeEquivalentTo(MonitoringTests.Documented("operations.md"), "docs/operations.md has a row for each");
        foreach (var asked in MonitoringTests.Asked().Where(m => !m.StartsWith("brokkr_agent_", StringComparison.Ordinal)))
            text.Should().MatchRegex($"(?m)^{asked}(_bucket)?[ {{]", "alerts or dashboard ask for it");
        (await broker.Services.GetRequiredService<FleetStore>().SampleAsync(Guid.NewGuid(), CancellationToken.None)).Stacks.Should()
            .BeEmpty("that one was not asked for stacks");
        text.Should().NotContain(agent.Id).And.NotContain(stack, "names and identifiers of the fleet stay inside");

        var name = (string)(await broker.SqlAsync("SELECT current_database()"))!;
        await AsServerAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        await AsServerAsync($"SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'");

        await Eventually.IsAsync("the broker is not ready", () => AnswersAsync(503));
        await Eventually.IsAsync("the fleet is not told of", async () => !(await ScrapeAsync()).Contains("brokkr_health_objects{", StringComparison.Ordinal));
        (await _management.GetAsync("/healthz")).IsSuccessStatusCode.Should().BeTrue("nothing is wrong with the process");
        await AsServerAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS true");
        await Eventually.IsAsync("the broker is ready again", () => AnswersAsync(200));
    }

    [Fact]
    public async Task Refused_keys_are_counted_by_reason_over_both_faces()
    {
        var reader = await broker.GivenPakAsync("reader");
        foreach (var header in (string?[])[null, "Basic YWRtaW46YWRtaW4=", "Bearer brokkr_adm_made_up", $"Bearer {reader.Pak}"])
        {
            using var request =
                new HttpRequestMessage(HttpMethod.Post, "/api/v1/stacks") { Content = new StringContent("{}", new MediaTypeHeaderValue("application/json")) };
            if (header is not null)
                request.Headers.TryAddWithoutValidation("Authorization", header);
            using var client = new HttpClient { BaseAddress = _rest.BaseAddress };
            ((int)(await client.SendAsync(request)).StatusCode).Should().Be(header?.Contains(reader.Pak) == true ? 403 : 401);
        }

        using var grpc = Grpc.Net.Client.GrpcChannel.ForAddress(_grpc);
        var call = () => new Wire.StackService.StackServiceClient(grpc).ListStacksAsync(new(), BrokerFixture.As("brokkr_adm_made_up")).ResponseAsync;
        (await call.Should().ThrowAsync<Grpc.Core.RpcException>()).Which.StatusCode.Should().Be(Grpc.Core.StatusCode.Unauthenticated);

        var text = await ScrapeAsync();
        Value(text, "brokkr_auth_refused_total", "reason=\"missing\"").Should().Be(1);
        Value(text, "brokkr_auth_refused_total", "reason=\"malformed\"").Should().Be(1);
        Value(text, "brokkr_auth_refused_total", "reason=\"invalid\"").Should().Be(2);
        Value(text, "brokkr_auth_refused_total", "reason=\"forbidden\"").Should().Be(1);
    }

    [Fact]
    public async Task Metrics_are_on_the_management_port_alone()
    {
        foreach (var spelling in (string[])["/metrics", "/METRICS", "/metrics/", "/Metrics", "/%6Detrics", "/metrics?x=1"])
        {
            foreach (var pak in (string?[])[null, broker.AdminPak])
                (await broker.RestAsync(HttpMethod.Get, spelling, pak)).Status.Should().Be(404, spelling);
        }

        foreach (var path in (string[])["/api/v1/stacks", "/API/v1/stacks", "/docs", "/openapi.json", "/grpc.health.v1.Health/Check", "/"])
            (await _management.GetAsync(path)).StatusCode.Should().Be(System.Net.HttpStatusCode.NotFound, path);
        (await _management.PostAsync("/api/v1/stacks", null)).StatusCode.Should().Be(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Metrics_name_the_database_and_not_how_it_is_reached()
    {
        (await _rest.GetAsync("/api/v1/stacks")).EnsureSuccessStatusCode();
        var reached = new Npgsql.NpgsqlConnectionStringBuilder(broker.Options.Database.ConnectionString);

        var text = await ScrapeAsync();

        text.Should().Contain("db_client").And.Contain("\"broker\"").And.NotContainAny("Host=", "Username",
            "Application Name", reached.Host!, reached.Database!);
    }

    private async Task ReportAsync((string Id, string Pak) agent, string objectId, string status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status")
        {
            Content =
                new StringContent($$"""{"deployment_objects":[{"id":"{{objectId}}","status":"{{status}}"}]}""", new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Authorization = new("Bearer", agent.Pak);
        (await _rest.SendAsync(request)).EnsureSuccessStatusCode();
    }

    private async Task<bool> AnswersAsync(int status)
    {
        _second.HasExited.Should().BeFalse(_second.Said);
        try
        {
            return (int)(await _management.GetAsync("/readyz")).StatusCode == status;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<string> ScrapeAsync() => await _management.GetStringAsync("/metrics");

    /// <summary>Runs SQL from another database, which keeps its connections.</summary>
    private static async Task AsServerAsync(string sql)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(await PostgresServer.CreateDatabaseAsync());
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The value of the sample with this name that has all of these labels; nothing where there is none.</summary>
    private static double? Value(string text, string name, params string[] labels)
    {
        var line =
            text.Split('\n').FirstOrDefault(l => Regex.IsMatch(l, $"^{name}(\\{{| )") && labels.All(label => l.Contains(label, StringComparison.Ordinal)));
        return line is null ? null : double.Parse(Regex.Match(line, @"\}? ([0-9.eE+-]+)( \d+)?\r?$").Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
