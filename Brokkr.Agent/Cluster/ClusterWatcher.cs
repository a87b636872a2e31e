using System.Text.Json.Serialization.Metadata;
using Brokkr.Agent.Deployment;
using Brokkr.Agent.Health;

namespace Brokkr.Agent.Cluster;

/// <summary>Watches the kinds that every verdict needs, and those that manifests name, as long as they do.</summary>
internal sealed class ClusterWatcher(
    KubeClient client, ServedKinds served, ClusterState state, TargetState targets, AgentOptions options, HealthRuleOptions rules, TimeProvider clock,
    ILogger<ClusterWatcher> log)
    : BackgroundService
{
    private const string MetadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(60);

    private static readonly ServedKind[] Always =
    [
        new("v1", "Pod", "api/v1/", "pods", true),
        new("v1", "Event", "api/v1/", "events", true),
        new("apps/v1", "ReplicaSet", "apis/apps/v1/", "replicasets", true),
        new("apps/v1", "Deployment", "apis/apps/v1/", "deployments", true),
        new("apps/v1", "StatefulSet", "apis/apps/v1/", "statefulsets", true),
        new("apps/v1", "DaemonSet", "apis/apps/v1/", "daemonsets", true),
        new("batch/v1", "Job", "apis/batch/v1/", "jobs", true),
        new("batch/v1", "CronJob", "apis/batch/v1/", "cronjobs", true),
        new("v1", "Node", "api/v1/", "nodes", false, Optional: true),
    ];

    private readonly Dictionary<KindId, NamedKind> _named = [];

    /// <summary>Kinds that manifests name and that discovery did not find yet.</summary>
    private readonly HashSet<KindId> _unserved = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var kind in Always)
            Announce(kind);
        var always = Always.SelectMany(k => Start(k, stoppingToken).Running).ToList();
        while (!stoppingToken.IsCancellationRequested)
        {
            await FollowAsync(targets.NamedKinds(), stoppingToken);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var changed = targets.WaitForChangeAsync(patience.Token);
            await Task.WhenAny(changed, Task.Delay(LookAgain, clock, patience.Token));
            await patience.CancelAsync();
        }

        await Task.WhenAll(always.Concat(_named.Values.SelectMany(n => n.Running))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Begins to watch kinds that are newly named, and ends the others. A kind that is not served is looked for again later.</summary>
    private async Task FollowAsync(IReadOnlyCollection<(string ApiVersion, string Kind)> named, CancellationToken ct)
    {
        var wanted = named.GroupBy(n => new KindId(ResourceId.GroupOf(n.ApiVersion), n.Kind)).Where(g => !Always.Any(a => a.Id == g.Key)).ToList();
        foreach (var gone in _named.Keys.Except(wanted.Select(g => g.Key)).ToList())
        {
            _named.Remove(gone, out var ended);
            await ended!.Stop.CancelAsync();
            await Task.WhenAll(ended.Running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ended.Stop.Dispose();
            // Not before its last word: a source that is half listed would keep the whole state from being ready.
            foreach (var source in ended.Sources)
                state.Forget(source);
        }

        foreach (var unserved in _unserved.Except(wanted.Select(g => g.Key)).ToList())
        {
            _unserved.Remove(unserved);
            state.Forget(DiscoveryOf(unserved));
        }

        foreach (var kind in wanted.Where(g => !_named.ContainsKey(g.Key)))
        {
            if (await LookUpAsync(kind.Key, kind.Select(k => k.ApiVersion).Distinct(), ct) is not { } found)
                continue;
            var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var (sources, running) = Start(found, stop.Token);
            _named[kind.Key] = new(stop, sources, running);
        }

        targets.MarkFollowed(named);
    }

    private static string DiscoveryOf(KindId id) => $"discovery {id.Group}/{id.Kind}";

    private async Task<ServedKind?> LookUpAsync(KindId id, IEnumerable<string> apiVersions, CancellationToken ct)
    {
        var source = DiscoveryOf(id);
        _unserved.Add(id);
        try
        {
            foreach (var apiVersion in apiVersions)
            {
                if ((await served.ReadAsync(apiVersion, ct))?.FirstOrDefault(k => k.Kind == id.Kind) is not { } found)
                    continue;
                state.Forget(source);
                _unserved.Remove(id);
                return found;
            }

            state.Fail(source, id, new(KindAccess.NotServed, Message: "the cluster does not serve this kind"));
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            state.Fail(source, id, new(KindAccess.Unavailable, Message: "the API server does not say whether it serves this kind"));
        }

        return null;
    }

    private IReadOnlyList<string?> PlacesOf(ServedKind kind) =>
        options.Namespaces.Count == 0 || !kind.Namespaced ? [null] : [.. options.Namespaces.Distinct()];

    /// <summary>Comes before any of a group runs: a source that nobody announced yet would not be waited for.</summary>
    private List<string> Announce(ServedKind kind)
    {
        var sources = PlacesOf(kind).Select(kind.PathIn).ToList();
        sources.ForEach(source => state.Announce(source, kind.Id));
        return sources;
    }

    private (IReadOnlyList<string> Sources, IReadOnlyList<Task> Running) Start(ServedKind kind, CancellationToken ct)
    {
        var sources = Announce(kind);
        var (shape, json) = (KindShapes.Of(kind.Id), ClusterJson.Default);
        if (shape == KindShape.Projected)
            json = ClusterJson.Selecting(KindRules.FieldsOf(kind.Id, rules.Rules));
        var running = PlacesOf(kind).Select(ns => shape switch
        {
            KindShape.Pod => Run(Reflect(ns, json.ObjectListPod, json.Pod)),
            KindShape.Event => Run(Reflect(ns, json.ObjectListKubeEvent, json.KubeEvent)),
            KindShape.Node => Run(Reflect(ns, json.ObjectListNode, json.Node)),
            KindShape.Workload => Run(Reflect(ns, json.ObjectListWorkload, json.Workload)),
            KindShape.Projected => Run(Reflect(ns, json.ObjectListProjectedObject, json.ProjectedObject)),
            _ => Run(Reflect(ns, json.ObjectListKubeObject, json.KubeObject, MetadataOnly)),
        }).ToList();
        return (sources, running);

        Func<CancellationToken, Task> Reflect<T>(string? ns, JsonTypeInfo<ObjectList<T>> list, JsonTypeInfo<T> item, string? accept = null) where T : KubeObject =>
            new Reflector<T>(client, state, kind, ns, accept, list, item, clock, log).RunAsync;

        Task Run(Func<CancellationToken, Task> reflect) => Task.Run(() => reflect(ct), ct);
    }

    /// <summary>What watches a kind that manifests name, and how to end it.</summary>
    private sealed record NamedKind(CancellationTokenSource Stop, IReadOnlyList<string> Sources, IReadOnlyList<Task> Running);
}
