using System.Text.Json.Nodes;
using Brokkr.Agent;
using Brokkr.DemoCluster.Api;
using Brokkr.DemoCluster.Api.Control;
using Brokkr.Tests.Broker;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Brokkr.Tests.EndToEnd;

/// <summary>A recorded cluster with an agent in it that looks after some scenarios, each in a stack of its own.</summary>
internal sealed class WatchedCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly BrokerFixture _broker;
    private readonly WebApplication _cluster;
    private readonly string _kubeconfig = Path.Combine(Path.GetTempPath(), $"brokkr-{Guid.NewGuid():N}");
    private readonly Dictionary<string, string> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _stacks = new(StringComparer.Ordinal);
    private IHost? _agent;

    private WatchedCluster(BrokerFixture broker, WebApplication cluster) => (_broker, _cluster) = (broker, cluster);

    /// <summary>The newest revision of a deployment object.</summary>
    public string this[string scenario] => _objects[scenario];

    /// <summary>The agent observes: what the scenarios name is in the recording.</summary>
    public static Task<WatchedCluster> StartAsync(BrokerFixture broker, params string[] scenarios) => StartAsync(broker, 60, scenarios);

    /// <summary>The same with an agent that confirms at another pace, in seconds.</summary>
    public static Task<WatchedCluster> StartAsync(BrokerFixture broker, int checkInterval, params string[] scenarios) =>
        StartAsync(broker, "observe", scenarios.ToDictionary(s => s, s => File.ReadAllText(Path.Combine(RepositoryRoot.Fixtures, "scenarios", $"{s}.yaml"))),
            checkInterval);

    /// <param name="broker">The broker.</param>
    /// <param name="mode">How the agent deploys.</param>
    /// <param name="manifests">The deployment objects by name.</param>
    /// <param name="checkInterval">How often the agent confirms, in seconds.</param>
    /// <param name="configure">Other settings of the agent.</param>
    /// <param name="adjust">Other parts of the agent.</param>
    public static async Task<WatchedCluster> StartAsync(BrokerFixture broker, string mode, IReadOnlyDictionary<string, string> manifests,
        int checkInterval = 60, Action<AgentOptions>? configure = null, Action<IServiceCollection>? adjust = null)
    {
        const string token = "cluster-token";
        var watched = new WatchedCluster(broker, DemoClusterApp.Create(new() { Token = token }));
        await watched._cluster.StartAsync();
        DemoKubeconfig.Write(watched._kubeconfig, watched._cluster.Urls.First(), token);
        foreach (var (name, yaml) in manifests)
        {
            watched._stacks[name] = await broker.GivenStackAsync();
            await watched.SubmitAsync(name, yaml);
        }

        var stacks = watched._stacks.Values;
        var agent = await broker.GivenAgentAsync([.. stacks]);
        watched.AgentId = agent.Id;
        var options = new AgentOptions
        {
            Connection = new() { BrokerUrl = $"http://{broker.Grpc.Target}", AgentId = agent.Id, Pak = agent.Pak, PollInterval = 1 },
            Cluster = new() { Kubeconfig = watched._kubeconfig },
            Probes = new() { HealthPort = 0 },
            Deployment = { Mode = mode },
            Health = { CheckInterval = checkInterval },
        };
        configure?.Invoke(options);
        watched._agent = AgentApp.Create(options, adjust);
        await watched._agent.StartAsync();
        return watched;
    }

    /// <summary>The agent's identifier at the broker.</summary>
    public string AgentId { get; private set; } = "";

    /// <summary>The stack of a deployment object.</summary>
    public string StackOf(string scenario) => _stacks[scenario];

    public DemoClusterFaults Faults => _cluster.Services.GetRequiredService<DemoClusterFaults>();

    public RequestCounts Requests => _cluster.Services.GetRequiredService<RequestCounts>();

    public IServiceProvider Agent => _agent!.Services;

    /// <summary>A client of the API server, to change what it holds.</summary>
    public HttpClient Client() =>
        new() { BaseAddress = new(_cluster.Urls.First()), DefaultRequestHeaders = { Authorization = new("Bearer", "cluster-token") } };

    /// <summary>Submits a revision of a deployment object.</summary>
    public async Task SubmitAsync(string name, string yaml)
    {
        var (status, body) = await _broker.RestAsync(
            HttpMethod.Post, $"/api/v1/stacks/{_stacks[name]}/deployment-objects", _broker.AdminPak,
            new JsonObject { ["name"] = name, ["yaml"] = yaml }.ToJsonString());
        status.Should().Be(201, body.ToJsonString());
        _objects[name] = body["id"]!.GetValue<string>();
    }

    public async Task DeleteStackAsync(string name) =>
        (await _broker.RestAsync(HttpMethod.Delete, $"/api/v1/stacks/{_stacks[name]}", _broker.AdminPak)).Status.Should().Be(200);

    public Task<JsonNode> HealthBecomesAsync(string scenario, Func<JsonNode, bool> isSo) =>
        BecomesAsync($"/api/v1/deployment-objects/{_objects[scenario]}/health", isSo);

    /// <summary>The same where telling takes calls of its own.</summary>
    public Task<JsonNode> HealthBecomesAsync(string scenario, Func<JsonNode, Task<bool>> isSo) =>
        BecomesAsync($"/api/v1/deployment-objects/{_objects[scenario]}/health", isSo);

    /// <summary>Asks for a diagnostic and waits for its result.</summary>
    public async Task<JsonNode> DiagnoseAsync(string scenario)
    {
        var (_, request) = await _broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{_objects[scenario]}/diagnostics", _broker.AdminPak);
        var done = await BecomesAsync($"/api/v1/diagnostics/{request["request_id"]}", d => d["status"]!.GetValue<string>() == "completed");
        return done["result"]!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
            await _agent.StopAsync();
        _agent?.Dispose();
        await _cluster.DisposeAsync();
        File.Delete(_kubeconfig);
    }

    private Task<JsonNode> BecomesAsync(string path, Func<JsonNode, bool> isSo) => BecomesAsync(path, body => Task.FromResult(isSo(body)));

    private async Task<JsonNode> BecomesAsync(string path, Func<JsonNode, Task<bool>> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (_, body) = await _broker.RestAsync(HttpMethod.Get, path, _broker.AdminPak);
            if (await isSo(body))
                return body;
            TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(Patience, body.ToJsonString());
            await Task.Delay(100);
        }
    }
}
