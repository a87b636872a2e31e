using System.Collections.Concurrent;
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

    /// <summary>Kinds that the API server did not know where they are watched.</summary>
    private readonly ConcurrentDictionary<KindId, byte> _doubted = [];

    private NamedKind? _events;

    private volatile TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The kinds that are watched now.</summary>
    public IReadOnlyList<ServedKind> Watched => [.. _always, .. _named.Values.Select(n => n.Kind)];

    /// <summary>Where the kind is looked for: null is the whole cluster.</summary>
    public IReadOnlyList<string?> PlacesOf(ServedKind kind) =>
        scope.IsConfined && kind.Namespaced ? [.. scope.Namespaces.Distinct()] : [null];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var kind in _always)
            Announce(kind);
        var always = _always.Where(k => k != BaseKinds.Events).SelectMany(k => Start(k, stoppingToken).Running).ToList();
        BeginEvents(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var isAnswered = await FollowAsync(targets.NamedKinds(), stoppingToken);
            if (isAnswered)
                _discoveryBackoff.Reset();
            if (targets.NamedObjects() is { } objects && state.KeepEventsOf(objects))
            {
                await EndEventsAsync();
                BeginEvents(stoppingToken);
            }

            state.DropEventsBefore(clock.GetUtcNow() - scope.EventLookback - EventsHeldFor);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var changed = targets.WaitForChangeAsync(patience.Token);
            await Task.WhenAny(
                changed, _gone.Task, Task.Delay(isAnswered ? LookAgain : _discoveryBackoff.Next(), clock, patience.Token));
            await patience.CancelAsync();
        }

        await EndEventsAsync();
        await Task.WhenAll(always.Concat(_named.Values.SelectMany(n => n.Running))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void BeginEvents(CancellationToken ct)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var (sources, running) = Start(BaseKinds.Events, stop.Token);
        _events = new(BaseKinds.Events, stop, sources, running);
    }

    private async Task EndEventsAsync()
    {
        await _events!.Stop.CancelAsync();
        await Task.WhenAll(_events.Running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _events.Stop.Dispose();
    }

    /// <summary>
    /// Begins to watch kinds that are newly named, and ends the others. A kind that is not served is looked for again later.
    /// </summary>
    /// <returns>Whether the API server answered every question.</returns>
    private async Task<bool> FollowAsync(IReadOnlyCollection<(string ApiVersion, string Kind)> named, CancellationToken ct)
    {
        var wanted = named.GroupBy(n => new KindId(ResourceId.GroupOf(n.ApiVersion), n.Kind), n => n.ApiVersion)
            .Where(g => !_always.Any(a => a.Id == g.Key)).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var gone in _named.Keys.Except(wanted.Keys).ToList())
            await EndAsync(gone);
        foreach (var unserved in _unserved.Except(wanted.Keys).ToList())
        {
            _unserved.Remove(unserved);
            state.Forget(DiscoveryOf(unserved));
        }

        var doubted = TakeDoubted();
        var open = wanted.Where(w => !_named.ContainsKey(w.Key) || doubted.Contains(w.Key)).ToList();
        var answers = await Task.WhenAll(open.Select(w => FindAsync(w.Key, w.Value, ct)));
        foreach (var ((id, _), (found, hasAnswered)) in open.Zip(answers))
        {
            var isFollowed = _named.TryGetValue(id, out var former);
            if (found is null && !isFollowed)
                NoteUnserved(id, !hasAnswered);
            if (found is null || found == former?.Kind)
                continue;
            if (isFollowed)
                await EndAsync(id);
            Begin(found, ct);
        }

        return Array.TrueForAll(answers, a => a.HasAnswered);
    }

    private HashSet<KindId> TakeDoubted()
    {
        _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return [.. _doubted.Keys.Where(k => _doubted.TryRemove(k, out _))];
    }

    /// <summary>The version in which a kind is watched may not be served any more.</summary>
    private void Doubt(KindId id)
    {
        _doubted[id] = 0;
        _gone.TrySetResult();
    }

    private void Begin(ServedKind kind, CancellationToken ct)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var (sources, running) = Start(kind, stop.Token, () => Doubt(kind.Id));
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

    /// <summary>The kind in the first of the versions in which it is served; whether there was an answer at all.</summary>
    private async Task<(ServedKind? Found, bool HasAnswered)> FindAsync(KindId id, IReadOnlyList<string> named, CancellationToken ct)
    {
        try
        {
            foreach (var version in named)
            {
                if (await FindInAsync(version) is { } found)
                    return (found, true);
            }

            foreach (var version in (await discovery.VersionsOfAsync(id.Group, ct)).Except(named))
            {
                if (await FindInAsync(version) is { } found)
                    return (found, true);
            }

            return (null, true);
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return (null, false);
        }

        async Task<ServedKind?> FindInAsync(string apiVersion) =>
            (await discovery.ReadAsync(apiVersion, ct))?.FirstOrDefault(k => k.Kind == id.Kind);
    }

    /// <summary>Comes before any of a group runs: a source that nobody announced yet would not be waited for.</summary>
    private List<string> Announce(ServedKind kind)
    {
        var places = PlacesOf(kind);
        foreach (var ns in places)
            state.Announce(kind.PathIn(ns), kind.Id, kind.Namespaced ? ns : null);
        return [.. places.Select(kind.PathIn)];
    }

    private (IReadOnlyList<string> Sources, IReadOnlyList<Task> Running) Start(ServedKind kind, CancellationToken ct, Action? gone = null)
    {
        var sources = Announce(kind);
        var (json, shape) = (rules.Kinds.JsonOf(kind.Id), rules.Kinds.For(kind.Id).Shape);
        var items = new ItemReader(kind, shape switch
        {
            KindShape.Pod => json.Pod,
            KindShape.Event => json.KubeEvent,
            KindShape.Node => json.Node,
            KindShape.Workload => json.Workload,
            KindShape.Projected => json.ProjectedObject,
            _ => json.KubeObject,
        });
        var accept = shape == KindShape.Metadata ? MetadataOnly : null;
        return (sources, [.. PlacesOf(kind).Select(ns => new Reflector(client, state, new(kind, ns, accept, gone), items, clock, log))
            .Select(reflector => Task.Run(() => reflector.RunAsync(ct), ct))]);
    }

    /// <summary>What watches a kind that manifests name, and how to end it.</summary>
    private sealed record NamedKind(ServedKind Kind, CancellationTokenSource Stop, IReadOnlyList<string> Sources,
        IReadOnlyList<Task> Running);
}
