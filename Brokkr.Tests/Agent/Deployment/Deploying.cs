using System.Text;
using System.Text.Json.Nodes;
using Brokkr.Agent;
using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Deployment;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Manifests;
using Brokkr.DemoCluster.Api.Control;
using Brokkr.Tests.Agent.Watching;
using Brokkr.Tests.DemoCluster;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Agent.Deployment;

/// <summary>The deploying half of an agent against a stand-in API server. Passes are made by hand, and time is moved by hand.</summary>
internal sealed class Deploying : IAsyncDisposable
{
    public static readonly Guid Stack = Guid.Parse("0b1c8a62-2f34-4c58-9d1e-5a7a0c9b1a01");

    private readonly RunningCluster _cluster;
    private readonly bool _isOwn;
    private readonly WatchingAgent _watching;
    private readonly TargetState _targets = new();
    private readonly List<Assignment> _assignments = [];
    private DeploymentReconciler _reconciler;
    private SettableClock? _wall;

    private Deploying(RunningCluster cluster, bool isOwn, string agent)
    {
        (_cluster, _isOwn) = (cluster, isOwn);
        _watching = new(cluster.Url);
        _watching.Options.Connection.AgentId = agent;
        _reconciler = NewProcess();
    }

    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    /// <summary>The wall clock, as the agent sees it.</summary>
    public SettableClock Wall => _wall ??= new(Clock);

    public LogLines Log { get; } = new();

    public Refusals Refusals { get; private set; } = new();

    public AgentFacts Facts { get; private set; } = new();

    /// <summary>What the broker's answers bear: the number of the target state, and the one that an admin confirmed.</summary>
    public (long Number, long Confirmed) Numbers { get; set; }

    public RunningCluster Cluster => _cluster;

    /// <summary>What writes to the cluster for the agent.</summary>
    public ClusterWriter Writer => new(_watching.Client);

    public AgentOptions Options => _watching.Options;

    /// <summary>What is looked after is not said yet.</summary>
    public static async Task<Deploying> StartAsync(DemoClusterOptions? options = null) => new(await RunningCluster.StartAsync(options), true, "agent-1");

    /// <summary>A second agent in the same cluster.</summary>
    public Deploying Another() => new(_cluster, false, "agent-2");

    /// <summary>Begins to watch what the manifests name, as an agent does.</summary>
    public Task WatchAsync() => _watching.Watcher.StartAsync(CancellationToken.None);

    /// <summary>Waits until the watch brought something.</summary>
    public Task SeesAsync(Func<ClusterSnapshot, bool> isSo) => _watching.BecomesAsync(() => isSo(_watching.State.Snapshot()), "the watch brings it");

    /// <summary>Another process of the same agent: what the former one kept in memory is gone.</summary>
    public void Restart()
    {
        _reconciler.Dispose();
        _reconciler = NewProcess();
    }

    /// <summary>The broker says that this is the newest revision of a deployment object, and the agent makes a pass.</summary>
    public async Task<DeploymentTarget> SubmitAsync(string yaml, string name = "web", Guid? stack = null)
    {
        var target = new DeploymentTarget(Guid.NewGuid(), name, Clock.GetUtcNow(), ManifestReader.Read(yaml)) { StackId = stack ?? Stack, StackName = "shop" };
        _assignments.RemoveAll(a => a.Target.Name == name && a.Target.StackId == target.StackId);
        _assignments.Add(new(target, null));
        Say();
        await PassAsync();
        return target;
    }

    /// <summary>The broker says that the deployment object is not the agent's any more, and the agent makes a pass.</summary>
    public async Task WithdrawAsync(string name = "web")
    {
        _assignments.RemoveAll(a => a.Target.Name == name);
        Say();
        await PassAsync();
    }

    /// <summary>The broker says the same again, under other numbers, and the agent makes a pass.</summary>
    public Task AnswerAsync(long number, long confirmed)
    {
        Numbers = (number, confirmed);
        _targets.Renumber(number, confirmed);
        return PassAsync();
    }

    public Task PassAsync() => _reconciler.ReconcileAsync(CancellationToken.None);

    /// <summary>A pass some time later.</summary>
    public Task PassAsync(TimeSpan later)
    {
        Clock.Advance(later);
        return PassAsync();
    }

    /// <summary>Why the objects of a deployment object are not as their manifests say.</summary>
    public IReadOnlyList<string> RefusedOf(DeploymentTarget target) =>
        [.. Refusals.Of(target.Id).Select(r => $"{r.Manifest.Kind} {r.Manifest.Name}: {r.Text}")];

    public async Task<JsonNode?> FindAsync(string path)
    {
        using var answer = await _cluster.Client.GetAsync(path);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
    }

    public async Task EditAsync(string path, string merge, string manager = "kubectl-edit")
    {
        using var body = new StringContent(merge, Encoding.UTF8, "application/merge-patch+json");
        (await _cluster.Client.PatchAsync($"{path}?fieldManager={manager}", body)).EnsureSuccessStatusCode();
    }

    public async Task CreateAsync(string path, string json) =>
        (await _cluster.Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();

    /// <summary>Requests that change something, as <c>patch /api/v1/…</c>.</summary>
    public IReadOnlyList<string> Writes => [.. _cluster.Requests.All.Where(r => r.Verb is not ("get" or "list" or "watch")).Select(r => $"{r.Verb} {r.Path}")];

    public async ValueTask DisposeAsync()
    {
        _reconciler.Dispose();
        await _watching.DisposeAsync();
        if (_isOwn)
            await _cluster.DisposeAsync();
    }

    private void Say()
    {
        _targets.Replace([.. _assignments], Numbers.Number, Numbers.Confirmed);
        _watching.Targets.Replace([.. _assignments]);
    }

    private DeploymentReconciler NewProcess()
    {
        var (client, served) = (_watching.Client, new ServedKinds(_watching.Client));
        var (writer, kinds) = (new ClusterWriter(client), new KindLookup(served, Wall));
        var succession = new Succession(Options.Connection, Options.Deployment);
        (Refusals, Facts) = (new(), new());
        return new(
            _targets, _watching.State, new(writer, kinds, succession, Options.Connection, TimeProvider.System),
            new(writer, kinds, new(client, served, new(client), writer, kinds, succession), succession, Log.For<Pruner>()),
            new(client, writer, new(client, TimeProvider.System), succession, Options.Connection, Options.Deployment, Log.For<InventoryStore>()),
            Refusals, kinds, new(Facts, Options.Deployment, Wall, Log.For<DeletionBrake>()), Options.Connection, Options.Deployment,
            Wall, Log.For<DeploymentReconciler>());
    }
}
