using System.Text.Json.Nodes;
using Brokkr.Agent;
using Brokkr.Agent.Cluster;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Targets;
using Brokkr.Agent.Watching;
using Brokkr.Contracts.Manifests;
using Brokkr.DemoCluster.Api;
using Brokkr.Tests.DemoCluster;
using Microsoft.Extensions.Logging;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Watching;

/// <summary>The kinds that the agent watches on a running API server, and how much of them it keeps.</summary>
public sealed class WatchedKindsTests
{
    private const string Manifests = """
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data-db-0, namespace: prod}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: api-token, namespace: prod}}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_kind_that_a_manifest_names_is_watched_with_the_fields_of_its_rule()
    {
        await using var cluster = await RunningCluster.StartAsync();
        await using var watching = await WatchingAgent.StartAsync(cluster);

        await watching.UntilAsync(s =>
            s.Find(new("", "PersistentVolumeClaim", "prod", "data-db-0")) is ProjectedObject claim && claim.Text("status.phase") == "Pending");
        await cluster.PatchAsync("/api/v1/namespaces/prod/persistentvolumeclaims/data-db-0",
            new JsonObject { ["status"] = new JsonObject { ["phase"] = "Lost" } }.ToJsonString());
        var snapshot = await watching.UntilAsync(s =>
            s.Find(new("", "PersistentVolumeClaim", "prod", "data-db-0")) is ProjectedObject claim && claim.Text("status.phase") == "Lost");

        snapshot.Find(new("", "Secret", "prod", "api-token"))!.GetType().Should().Be<KubeObject>();
        Build.Evaluate(watching.Target, snapshot, RecordedCluster.Moment).Conditions.Should().Contain("Lost");
    }

    [Fact]
    public async Task Nodes_are_read_where_that_is_allowed()
    {
        await using var cluster = await RunningCluster.StartAsync();
        await using var watching = await WatchingAgent.StartAsync(cluster);

        var snapshot = await watching.UntilAsync(s => s.Find(new("", "Node", "", "node1")) is Node);

        (snapshot.Find(new("", "Node", "", "node1")) as Node)!.Status.Find("Ready")!.IsTrue.Should().BeTrue();
    }

    [Fact]
    public async Task Nodes_that_may_not_be_read_are_done_without_and_without_a_word()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.Deny("nodes");
        await using var watching = await WatchingAgent.StartAsync(cluster);

        var snapshot = await watching.UntilAsync(_ => watching.State.Knows(BaseKinds.Needed));

        snapshot.Readability("", "Node").Access.Should().Be(KindAccess.Forbidden);
        Build.Evaluate(watching.Target, snapshot, RecordedCluster.Moment).Conditions.Should().NotContain("Forbidden");
        watching.Warnings.Should().NotContain(w => w.Contains("nodes"));
    }

    /// <summary>An agent's watching half, on a running API server.</summary>
    private sealed class WatchingAgent : IAsyncDisposable, ILogger<ClusterWatcher>
    {
        private readonly string _kubeconfig = Path.Combine(Path.GetTempPath(), $"brokkr-{Guid.NewGuid():N}");
        private readonly KubeClient _client;
        private readonly ClusterWatcher _watcher;

        private WatchingAgent(RunningCluster cluster)
        {
            DemoKubeconfig.Write(_kubeconfig, cluster.Url, null);
            var (options, targets) = (new AgentOptions { Cluster = new() { Kubeconfig = _kubeconfig } }, new TargetState());
            targets.Replace([new(Target, null)]);
            (_client, State) = (new(options.Cluster, TimeProvider.System), new(TimeProvider.System));
            _watcher = new(_client, new(_client), State, targets, options.Scope, new(new()), TimeProvider.System, this);
        }

        public ClusterState State { get; }

        public DeploymentTarget Target { get; } = new(Guid.NewGuid(), "shop", Start, ManifestReader.Read(Manifests));

        public System.Collections.Concurrent.ConcurrentQueue<string> Warnings { get; } = [];

        public static async Task<WatchingAgent> StartAsync(RunningCluster cluster)
        {
            var watching = new WatchingAgent(cluster);
            await watching._watcher.StartAsync(CancellationToken.None);
            return watching;
        }

        public async Task<ClusterSnapshot> UntilAsync(Func<ClusterSnapshot, bool> isSo)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (true)
            {
                if (State.Snapshot() is var snapshot && isSo(snapshot))
                    return snapshot;
                TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(Patience);
                await Task.Delay(50);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _watcher.StopAsync(CancellationToken.None);
            _watcher.Dispose();
            _client.Dispose();
            File.Delete(_kubeconfig);
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
                Warnings.Enqueue(formatter(state, exception));
        }
    }
}
