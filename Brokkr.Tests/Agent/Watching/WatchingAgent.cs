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
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Agent.Watching;

/// <summary>The watching half of an agent against a stand-in API server. Where time is moved by hand, it moves while a condition is waited for.</summary>
internal sealed class WatchingAgent : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider? _clock;
    private readonly KubeClient _client;
    private readonly CancellationTokenSource _stop = new();

    public WatchingAgent(string url, string token = "any-token", string manifests = "", FakeTimeProvider? clock = null, params string[] namespaces)
    {
        var time = (TimeProvider?)(_clock = clock) ?? TimeProvider.System;
        Kubeconfig = Path.Combine(Path.GetTempPath(), $"brokkr-{Guid.NewGuid():N}");
        DemoKubeconfig.Write(Kubeconfig, url, token);
        Options = new() { Cluster = new() { Kubeconfig = Kubeconfig, Namespaces = [.. namespaces] } };
        Name(manifests);
        _client = new(Options.Cluster, time);
        State = new(time);
        Watcher = new(_client, new(_client), State, Targets, Options.Scope, new(new()), time, NullLogger<ClusterWatcher>.Instance);
    }

    public AgentOptions Options { get; }

    public string Kubeconfig { get; }

    public TargetState Targets { get; } = new();

    public ClusterState State { get; }

    public ClusterWatcher Watcher { get; }

    public KubeClient Client => _client;

    public static async Task<WatchingAgent> StartAsync(RunningCluster cluster, string manifests = "", FakeTimeProvider? clock = null,
        params string[] namespaces)
    {
        var watched = new WatchingAgent(cluster.Url, "any-token", manifests, clock, namespaces);
        await watched.Watcher.StartAsync(CancellationToken.None);
        return watched;
    }

    /// <summary>Looks after these manifests instead of the former.</summary>
    public void Name(string manifests) =>
        Targets.Replace(manifests.Length == 0 ? [] : [new(new(Guid.NewGuid(), "shop", Build.Start, ManifestReader.Read(manifests)), null)]);

    public KindAccess Access(string group, string kind) => State.Snapshot().Readability(group, kind).Access;

    public KubeObject? Find(string group, string kind, string name) => State.Snapshot().Find(new(group, kind, "prod", name));

    public Task KnowsEverythingAsync() => BecomesAsync(() => State.Knows(BaseKinds.Needed), "the cluster is listed");

    /// <summary>Waits until something is so; a clock that is moved by hand is moved by <paramref name="step"/> at each look.</summary>
    public async Task BecomesAsync(Func<bool> isSo, string what, TimeSpan step = default)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(Patience, what);
            await Task.Delay(20);
            if (step > TimeSpan.Zero)
                _clock!.Advance(step);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Watcher.StopAsync(_stop.Token);
        Watcher.Dispose();
        _client.Dispose();
        _stop.Dispose();
        File.Delete(Kubeconfig);
    }
}
