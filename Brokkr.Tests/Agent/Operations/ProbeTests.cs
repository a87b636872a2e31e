using System.Net;
using System.Net.Sockets;
using System.Text;
using Brokkr.Agent;
using Brokkr.Contracts;
using Brokkr.DemoCluster.Api;
using Brokkr.DemoCluster.Demo;
using Brokkr.Tests.Broker;
using Brokkr.Tests.DemoCluster;
using Brokkr.Tests.Documentation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Brokkr.Tests.Agent.Operations;

/// <summary>What probes and scrapers are told of the agent itself.</summary>
public sealed class ProbeTests(BrokerFixture broker) : IClassFixture<BrokerFixture>, IDisposable
{
    private readonly string _kubeconfig = Path.Combine(Path.GetTempPath(), $"brokkr-{Guid.NewGuid():N}");
    private readonly HttpClient _http = new();
    private readonly LogLines _log = new();

    [Fact]
    public async Task An_agent_that_does_its_job_is_ready_and_counts_what_it_does()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var stack = await broker.GivenStackAsync();
        await broker.GivenObjectAsync(stack);
        using var agent = await StartAsync($"http://{broker.Grpc.Target}", cluster.Url, stack);

        await BecomesAsync("/readyz", 200, $$"""{"status":"ok","reasons":[],"version":"{{ProgramVersion.Current}}"}""");
        await BecomesAsync("/healthz", 200, $$"""{"status":"ok","reasons":[],"version":"{{ProgramVersion.Current}}"}""");
        await BecomesAsync("/metrics", 200, "brokkr_agent_reports_total{outcome=\"sent\"} 1");

        var metrics = await _http.GetStringAsync("/metrics");
        metrics.Should().Contain("brokkr_agent_objects{group=\"\",kind=\"Pod\"} 24")
            .And.Contain("brokkr_agent_kind_readable{group=\"apps\",kind=\"Deployment\"} 1")
            .And.Contain("brokkr_agent_broker_reachable 1")
            .And.Contain("brokkr_agent_reports_total{outcome=\"failed\"} 0")
            .And.Contain("brokkr_agent_diagnostics_answered_total 0")
            .And.Contain("brokkr_agent_watch_restarts_total")
            .And.Contain("brokkr_agent_missing_rights 0")
            .And.MatchRegex("brokkr_agent_report_age_seconds [0-9.]+\n")
            .And.MatchRegex("brokkr_agent_evaluation_seconds_count [1-9]");
        MonitoringTests.Scraped(metrics).Should().BeEquivalentTo(MonitoringTests.Documented("agent.md"), "docs/agent.md has a row for each");
        MonitoringTests.Asked().Where(m => m.StartsWith("brokkr_agent_", StringComparison.Ordinal)).Should().NotBeEmpty().And
            .BeSubsetOf(MonitoringTests.Scraped(metrics));
        await agent.StopAsync();
    }

    [Fact]
    public async Task An_agent_that_cannot_do_its_job_lives_and_says_why_it_is_not_ready()
    {
        using var agent = await StartAsync("http://127.0.0.1:1", "http://127.0.0.1:1");

        await BecomesAsync("/healthz", 200, "ok");
        await BecomesAsync("/readyz", 503, "the broker has not said yet what to look after");
        await BecomesAsync("/readyz", 503, "the broker has not answered for");
        await BecomesAsync("/metrics", 200, "brokkr_agent_broker_reachable 0");
        await BecomesAsync("/nothing", 404, "there are /healthz, /readyz and /metrics");
        using var post = await _http.PostAsync("/healthz", null);
        post.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        await agent.StopAsync();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task Both_kinds_of_addresses_are_served(string address)
    {
        using var agent = await StartAsync("http://127.0.0.1:1", "http://127.0.0.1:1", listen: address);

        await BecomesAsync("/healthz", 200, "ok");
        await agent.StopAsync();
    }

    [Fact]
    public async Task Heads_are_asked_for_and_what_is_no_request_is_left_and_costs_nobody_else()
    {
        using var agent = await StartAsync("http://127.0.0.1:1", "http://127.0.0.1:1");
        await BecomesAsync("/healthz?verbose", 200, "ok");
        using var silent = new TcpClient();
        await silent.ConnectAsync(_http.BaseAddress!.Host, _http.BaseAddress.Port);

        (await SayAsync("HEAD /healthz HTTP/1.1\r\nHost: agent\r\n\r\n")).Should().StartWith("HTTP/1.1 200 OK\r\n").And.Contain("Content-Length: ")
            .And.EndWith("\r\n\r\n");
        (await SayAsync("GET /healthz HTTP/2.0\r\n\r\n")).Should().BeEmpty();
        (await SayAsync("\u0016\u0003\u0001 any other protocol\r\n\r\n")).Should().BeEmpty();
        (await SayAsync($"GET /{new string('a', 9000)}")).Should().BeEmpty("it has no end");

        await BecomesAsync("/healthz", 200, "ok");
        await agent.StopAsync();
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_and_costs_nothing_else()
    {
        using var squatter = new TcpListener(IPAddress.Any, 0);
        squatter.Start();

        using var agent = await StartAsync("http://127.0.0.1:1", "http://127.0.0.1:1", port: ((IPEndPoint)squatter.LocalEndpoint).Port);

        await Processes.Eventually.IsAsync("it says so", () =>
            Task.FromResult(_log.All.Any(l => l.Level == LogLevel.Error && l.Text.Contains("agent.health_port"))));
        await agent.StopAsync();
    }

    public void Dispose()
    {
        _http.Dispose();
        File.Delete(_kubeconfig);
    }

    private async Task<IHost> StartAsync(string brokerUrl, string clusterUrl, string? stack = null, int port = 0, string listen = "127.0.0.1")
    {
        var (id, pak) = await broker.GivenAgentAsync(stack is null ? [] : [stack]);
        DemoKubeconfig.Write(_kubeconfig, clusterUrl, "any-token");
        var options = new AgentOptions
        {
            Connection = new() { BrokerUrl = brokerUrl, AgentId = id, Pak = pak, PollInterval = 1 },
            Cluster = new() { Kubeconfig = _kubeconfig },
            Probes = new() { HealthPort = port > 0 ? port : FreePort.Next() },
        };
        options.Deployment.Mode = "observe";
        _http.BaseAddress = new($"http://{listen}:{options.Probes.HealthPort}");
        var agent = AgentApp.Create(options, services => services.AddSingleton(_log.Provider));
        await agent.StartAsync();
        return agent;
    }

    /// <summary>All that is answered to some bytes; nothing where the connection is broken off.</summary>
    private async Task<string> SayAsync(string bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_http.BaseAddress!.Host, _http.BaseAddress.Port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(bytes));
        try
        {
            using var reader = new StreamReader(client.GetStream());
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private Task BecomesAsync(string path, int status, string text) => Processes.Eventually.IsAsync($"{path} is {status} with {text}", async () =>
    {
        try
        {
            using var answer = await _http.GetAsync(path);
            return (int)answer.StatusCode == status && (await answer.Content.ReadAsStringAsync()).Contains(text, StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false; // It has not begun to listen yet.
        }
    });
}
