using System.Text.Json.Nodes;
using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Operations;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Text;

namespace Brokkr.Agent.Watching;

/// <summary>
/// Asks the API server at the start, when what is to be looked after changes and every few minutes what the agent may do, and says once
/// what it
/// lacks.
/// </summary>
internal sealed class RightsCheck(
    KubeClient client, ServedKinds served, ClusterWatcher watcher, TargetState targets, AgentFacts facts, AgentMetrics metrics,
    WatchScope scope, TimeProvider clock, ILogger<RightsCheck> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    /// <summary>Time for the kinds that manifests name to be found; and so often it is looked whether they changed.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>A namespace that nobody has: what is allowed there is allowed everywhere.</summary>
    private const string Anywhere = "brokkr-agent-asks-for-all-namespaces";

    private string? _said;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (seen, at, period) = (default(IReadOnlyList<Assignment>), 0L, TimeSpan.Zero);
        while (true)
        {
            await Task.Delay(Backoff.Jittered(Look, 0.2), clock, stoppingToken);
            if (ReferenceEquals(seen, targets.Current) && clock.GetElapsedTime(at) < period)
                continue;
            (seen, at, period) = (targets.Current, clock.GetTimestamp(), Backoff.Jittered(Period, 0.2));
            try
            {
                await CheckAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Say($"? {e.Message}", () => RightsLog.Unknown(log, ShortText.Message(e.Message)));
            }
        }
    }

    internal async Task CheckAsync(CancellationToken ct)
    {
        var lacking = new List<(string? Place, Right Right)>();
        foreach (var place in Needed(await WrittenAsync(ct)))
        {
            var rules = await ReviewAsync(place.Key ?? Anywhere, ct);
            // Where the authorizer cannot list its rules, only a refused request tells.
            if (rules.IsComplete)
                lacking.AddRange(place.Distinct().Where(r => !rules.Allow(r)).Select(r => (place.Key, r)));
        }

        metrics.MissingRights(lacking.Count);
        facts.Lack(ByKind(lacking));
        var words = lacking.Select(l => l.Place is null ? $"{l.Right}" : $"{l.Right} in {l.Place}");
        var all = string.Join(", ", words.Order(StringComparer.Ordinal));
        Say(all, () =>
        {
            if (lacking.Count == 0)
                RightsLog.Sufficient(log);
            else
                RightsLog.Lacking(log, TextCleaner.Clean(all, Contracts.Limits.MessageLength));
        });
    }

    private static IReadOnlyList<Wire.MissingRight> ByKind(IEnumerable<(string? Place, Right Right)> lacking) =>
    [
        .. lacking.GroupBy(l => (l.Place, l.Right.Group, l.Right.Resource), l => l.Right.Verb).Select(kind => new Wire.MissingRight
        {
            Group = kind.Key.Group,
            Resource = kind.Key.Resource,
            Namespace = kind.Key.Place ?? "",
            Verbs = { kind.Order(StringComparer.Ordinal) },
        }).OrderBy(r => r.Resource, StringComparer.Ordinal).ThenBy(r => r.Namespace, StringComparer.Ordinal),
    ];

    /// <summary>What the agent does, by the namespace it does it in; null is the whole cluster.</summary>
    private IEnumerable<IGrouping<string?, Right>> Needed(IReadOnlyList<ServedKind> written)
    {
        var reads = from kind in watcher.Watched
                    where !kind.Optional
                    from place in watcher.PlacesOf(kind)
                    from verb in kind.CanWatch ? (string[])["list", "watch"] : ["list"]
                    select (Place: (string?)place, Right: new Right(verb, kind.Id.Group, kind.Plural));
        var logs = from place in watcher.PlacesOf(BaseKinds.Pods)
                   where scope.ReadsLogs
                   select (Place: (string?)place, Right: new Right("get", "", "pods/log"));
        var writes = from kind in written
                     from place in watcher.PlacesOf(kind)
                     from verb in (string[])["get", "create", "patch", "delete"]
                     select (Place: (string?)place, Right: new Right(verb, kind.Id.Group, kind.Plural));
        return reads.Concat(logs).Concat(writes).GroupBy(n => n.Place, n => n.Right);
    }

    /// <summary>The kinds of the standing manifests, whether they are watched or not.</summary>
    private async Task<IReadOnlyList<ServedKind>> WrittenAsync(CancellationToken ct)
    {
        var written = new List<ServedKind>();
        foreach (var version in scope.Applies ? targets.NamedKinds().GroupBy(k => k.ApiVersion, k => k.Kind) : [])
        {
            try
            {
                written.AddRange((await served.ReadAsync(version.Key, ct) ?? []).Where(k => version.Contains(k.Kind)));
            }
            catch (Exception e) when (ApiRefusal.IsOfOneRequest(e))
            {
                // An aggregated API that is down: it is asked again with the next check.
            }
        }

        return written;
    }

    private async Task<AccessRules> ReviewAsync(string ns, CancellationToken ct)
    {
        var review = new JsonObject
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SelfSubjectRulesReview",
            ["spec"] = new JsonObject { ["namespace"] = ns },
        };
        using var answer = await client.AskAsync("apis/authorization.k8s.io/v1/selfsubjectrulesreviews", review.ToJsonString(), ct);
        return AccessRules.Read(answer.RootElement);
    }

    private void Say(string what, Action say)
    {
        if (_said == what)
            return;
        _said = what;
        say();
    }
}
