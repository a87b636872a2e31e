using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;
using Brokkr.Agent.Cluster;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Reading;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Kinds;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Watching;

/// <summary>Watches the kinds that every verdict needs, and those that manifests name, as long as they do.</summary>
internal sealed class ClusterWatcher(
    KubeClient client, ServedKinds discovery, ClusterState state, TargetState targets, WatchScope scope, HealthEvaluator rules,
    TimeProvider clock,
    ILogger<ClusterWatcher> log)
    : BackgroundService
{
    private const string MetadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(60);

    /// <summary>The rules look back further than diagnostics do.</summary>
    private static readonly TimeSpan EventsHeldFor = TimeSpan.FromMinutes(30);

    /// <summary>Who watches namespaces has rights in them, and does without what lies outside.</summary>
    private readonly IReadOnlyList<ServedKind> _always = scope.IsConfined ? [.. BaseKinds.All.Where(k => k.Namespaced)] : BaseKinds.All;

    private readonly ConcurrentDictionary<KindId, NamedKind> _named = [];

    private readonly Backoff _discoveryBackoff = new(TimeSpan.FromSeconds(2), LookAgain);

    /// <summary>Kinds that manifests name and that discovery did not find yet.</summary>
    private readonly HashSet<KindId> _unserved = [];

    /// <summary>The kinds that are watched now.</summary>
    public IReadOnlyList<ServedKind> Watched => [.. _always, .. _named.Values.Select(n => n.Kind)];

    /// <summary>Where the kind is looked for: null is the whole cluster.</summary>
    public IReadOnlyList<string?> PlacesOf(ServedKind kind) =>
        scope.IsConfined && kind.Namespaced ? [.. scope.Namespaces.Distinct()] : [null];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var kind in _always)
            Announce(kind);
        var always = _always.SelectMany(k => Start(k, stoppingToken).Running).ToList();
        while (!stoppingToken.IsCancellationRequested)
        {
            var isAnswered = await FollowAsync(targets.NamedKinds(), stoppingToken);
            if (isAnswered)
                _discoveryBackoff.Reset();
            state.DropEventsBefore(clock.GetUtcNow() - scope.EventLookback - EventsHeldFor);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var changed = targets.WaitForChangeAsync(patience.Token);
            await Task.WhenAny(changed, Task.Delay(isAnswered ? LookAgain : _discoveryBackoff.Next(), clock, patience.Token));
            await patience.CancelAsync();
        }

        await Task.WhenAll(always.Concat(_named.Values.SelectMany(n => n.Running))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Begins to watch kinds that are newly named, and ends the others. A kind that is not served is looked for again later.
    /// </summary>
    /// <returns>Whether the API server answered every question.</returns>
    private async Task<bool> FollowAsync(IReadOnlyCollection<(string ApiVersion, string Kind)> named, CancellationToken ct)
    {
        var wanted = CompanionKinds.With(named).GroupBy(n => new KindId(ResourceId.GroupOf(n.ApiVersion), n.Kind), n => n.ApiVersion)
            .Where(g => !_always.Any(a => a.Id == g.Key)).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var gone in _named.Keys.Except(wanted.Keys).ToList())
            await EndAsync(gone);
        foreach (var unserved in _unserved.Except(wanted.Keys).ToList())
        {
            _unserved.Remove(unserved);
            state.Forget(DiscoveryOf(unserved));
        }

        var open = wanted.Where(w => !_named.ContainsKey(w.Key)).ToList();
        var groups = open.SelectMany(w => w.Value).Distinct().ToList();
        var answers = await Task.WhenAll(groups.Select(g => AskAsync(g, ct)));
        var served = groups.Zip(answers).ToDictionary(a => a.First, a => a.Second, StringComparer.Ordinal);
        foreach (var (id, apiVersions) in open)
        {
            var found = apiVersions.SelectMany(v => served[v].Kinds).FirstOrDefault(k => k.Kind == id.Kind);
            // What was not named but explains it, the agent does without where it must.
            if (found is not null && !named.Any(n => n.Kind == id.Kind && ResourceId.GroupOf(n.ApiVersion) == id.Group))
                found = found with { Optional = true };
            if (found is null)
                NoteUnserved(id, apiVersions.Exists(v => !served[v].HasAnswered));
            else
                Begin(found, ct);
        }

        return Array.TrueForAll(answers, a => a.HasAnswered);
    }

    private void Begin(ServedKind kind, CancellationToken ct)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var (sources, running) = Start(kind, stop.Token);
        _named[kind.Id] = new(kind, stop, sources, running);
        if (_unserved.Remove(kind.Id))
            state.Forget(DiscoveryOf(kind.Id));
    }

    private async Task EndAsync(KindId gone)
    {
        _named.Remove(gone, out var ended);
        await ended!.Stop.CancelAsync();
        await Task.WhenAll(ended.Running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ended.Stop.Dispose();
        // Not before its last word, which would bring it back.
        foreach (var source in ended.Sources)
            state.Forget(source);
    }

    private static string DiscoveryOf(KindId id) => $"discovery {id.Group}/{id.Kind}";

    private void NoteUnserved(KindId id, bool isSilent)
    {
        _unserved.Add(id);
        state.Fail(DiscoveryOf(id), id, isSilent
            ? new(KindAccess.Unavailable, Message: "the API server does not say whether it serves this kind")
            : new(KindAccess.NotServed, Message: "the cluster does not serve this kind"));
    }

    /// <summary>The kinds of one group and version, none where it is not served, and whether there was an answer at all.</summary>
    private async Task<(IReadOnlyList<ServedKind> Kinds, bool HasAnswered)> AskAsync(string apiVersion, CancellationToken ct)
    {
        try
        {
            return (await discovery.ReadAsync(apiVersion, ct) ?? [], true);
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return ([], false);
        }
    }

    /// <summary>Comes before any of a group runs: a source that nobody announced yet would not be waited for.</summary>
    private List<string> Announce(ServedKind kind)
    {
        var places = PlacesOf(kind);
        foreach (var ns in places)
            state.Announce(kind.PathIn(ns), kind.Id, kind.Namespaced ? ns : null);
        return [.. places.Select(kind.PathIn)];
    }

    private (IReadOnlyList<string> Sources, IReadOnlyList<Task> Running) Start(ServedKind kind, CancellationToken ct)
    {
        var sources = Announce(kind);
        var json = rules.Kinds.JsonOf(kind.Id);
        var running = PlacesOf(kind).Select(ns => rules.Kinds.For(kind.Id).Shape switch
        {
            KindShape.Pod => Run(Reflect(ns, json.ObjectListPod, json.Pod)),
            KindShape.EndpointSlice => Run(Reflect(ns, json.ObjectListEndpointSlice, json.EndpointSlice)),
            KindShape.Event => Run(Reflect(ns, json.ObjectListKubeEvent, json.KubeEvent)),
            KindShape.Node => Run(Reflect(ns, json.ObjectListNode, json.Node)),
            KindShape.Workload => Run(Reflect(ns, json.ObjectListWorkload, json.Workload)),
            KindShape.Projected => Run(Reflect(ns, json.ObjectListProjectedObject, json.ProjectedObject)),
            _ => Run(Reflect(ns, json.ObjectListKubeObject, json.KubeObject, MetadataOnly)),
        }).ToList();
        return (sources, running);

        Func<CancellationToken, Task> Reflect<T>(string? ns, JsonTypeInfo<ObjectList<T>> list, JsonTypeInfo<T> item, string? accept = null)
            where T : KubeObject =>
            new Reflector<T>(client, state, kind, ns, accept, list, item, clock, log).RunAsync;

        Task Run(Func<CancellationToken, Task> reflect) => Task.Run(() => reflect(ct), ct);
    }

    /// <summary>What watches a kind that manifests name, and how to end it.</summary>
    private sealed record NamedKind(ServedKind Kind, CancellationTokenSource Stop, IReadOnlyList<string> Sources,
        IReadOnlyList<Task> Running);
}
