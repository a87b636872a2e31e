using System.Text.Json.Nodes;
using Brokkr.Agent.Cluster;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Operations;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Text;

namespace Brokkr.Agent.Watching;

/// <summary>Asks the API server at the start and every few minutes what the agent may do, and says once what it lacks.</summary>
internal sealed class RightsCheck(
    KubeClient client, ClusterWatcher watcher, TargetState targets, AgentMetrics metrics, WatchScope scope, TimeProvider clock,
    ILogger<RightsCheck> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    /// <summary>Time for the kinds that manifests name to be found.</summary>
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(5);

    /// <summary>A namespace that nobody has: what is allowed there is allowed everywhere.</summary>
    private const string Anywhere = "brokkr-agent-asks-for-all-namespaces";

    private string? _said;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = Start;
        while (true)
        {
            await Task.Delay(Backoff.Jittered(wait, 0.2), clock, stoppingToken);
            wait = Period;
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
        var lacking = new List<string>();
        foreach (var place in Needed())
        {
            var rules = await ReviewAsync(place.Key ?? Anywhere, ct);
            // Where the authorizer cannot list its rules, only a refused request tells.
            if (rules.IsComplete)
                lacking.AddRange(place.Distinct().Where(r => !rules.Allow(r))
                    .Select(r => place.Key is null ? $"{r}" : $"{r} in {place.Key}"));
        }

        metrics.MissingRights(lacking.Count);
        var all = string.Join(", ", lacking.Order(StringComparer.Ordinal));
        Say(all, () =>
        {
            if (lacking.Count == 0)
                RightsLog.Sufficient(log);
            else
                RightsLog.Lacking(log, TextCleaner.Clean(all, Contracts.Limits.MessageLength));
        });
    }

    /// <summary>What the agent does, by the namespace it does it in; null is the whole cluster.</summary>
    private IEnumerable<IGrouping<string?, Right>> Needed()
    {
        var reads = from kind in watcher.Watched
                    where !kind.Optional
                    from place in watcher.PlacesOf(kind)
                    from verb in (string[])["list", "watch"]
                    select (Place: (string?)place, Right: new Right(verb, kind.Id.Group, kind.Plural));
        var logs = from place in watcher.PlacesOf(BaseKinds.Pods)
                   where scope.ReadsLogs
                   select (Place: (string?)place, Right: new Right("get", "", "pods/log"));
        var named = targets.NamedKinds().Select(k => new KindId(ResourceId.GroupOf(k.ApiVersion), k.Kind)).ToHashSet();
        var writes = from kind in watcher.Watched
                     where scope.Applies && named.Contains(kind.Id)
                     from place in watcher.PlacesOf(kind)
                     from verb in (string[])["get", "create", "patch", "delete"]
                     select (Place: (string?)place, Right: new Right(verb, kind.Id.Group, kind.Plural));
        return reads.Concat(logs).Concat(writes).GroupBy(n => n.Place, n => n.Right);
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
