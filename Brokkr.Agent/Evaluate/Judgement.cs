using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Kinds;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Evaluate;

/// <summary>What the rules say of one object of the input, with its pods.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Health">The rest.</param>
/// <param name="PodsKnown">Whether its pods are in the input.</param>
internal sealed record Judgement(ResourceRow Row, DeploymentHealth Health, bool PodsKnown)
{
    private static readonly KindId[] ThroughKinds = [new("", "Pod"), new("apps", "ReplicaSet"), new("batch", "Job"), ServiceRule.Slices];

    /// <summary>
    /// What is worst, with the pod and the container that it is about, in one sentence; the row's own where nothing is wrong.
    /// </summary>
    public string Message
    {
        get
        {
            var worst = Health.Findings.OrderByDescending(f => f.RowAt(Health.JudgedAt)).ThenBy(f => f.Container.Length == 0)
                .FirstOrDefault(f => !Row.IsReady && f.Message.Length > 0);
            if (worst is null)
                return Row.Message;
            var place = worst.Object == Row.Id ? "" : $"{worst.Object.Kind} {worst.Object.Name}";
            var container = worst.Container.Length == 0 ? "" : $"container {worst.Container}";
            var where = string.Join(", ", new[] { place, container }.Where(part => part.Length > 0));
            return where.Length > 0 ? $"{where}: {worst.Message}" : worst.Message;
        }
    }

    /// <summary>Whether the row is worse than what counts for the whole by now.</summary>
    public bool IsEarly => Row.Status is RowStatus.Degraded or RowStatus.Failing && Health.Status == OverallStatus.Healthy;

    /// <summary>Judges an object that stands alone. Pure.</summary>
    public static Judgement OfOne(KubeObject found, DateTimeOffset now, HealthEvaluator rules) =>
        Of(found, new([found], [], NotGiven([found])), now, rules);

    /// <summary>Judges every object that no other one of them controls. Pure; the order does not matter.</summary>
    public static IEnumerable<Judgement> OfAll(IReadOnlyCollection<KubeObject> objects, DateTimeOffset now, HealthEvaluator rules)
    {
        var things = objects.Where(o => o is not KubeEvent).DistinctBy(o => o.Id).ToList();
        var snapshot = new ClusterSnapshot(things, objects.OfType<KubeEvent>(), NotGiven(things));
        return things
            .Where(o => IsRoot(o, snapshot))
            .Select(o => Of(o, snapshot, now, rules));
    }

    /// <summary>
    /// Whether no other object of the input controls it. Of objects that control each other in a circle the first by name does.
    /// </summary>
    private static bool IsRoot(KubeObject o, ClusterSnapshot snapshot)
    {
        var (seen, next) = (new HashSet<ResourceId> { o.Id }, OwnerOf(o, snapshot));
        if (next is null)
            return true;
        for (; next is not null && seen.Add(next.Id); next = OwnerOf(next, snapshot))
        {
        }

        return next?.Id == o.Id && seen.All(other => string.CompareOrdinal($"{o.Id}", $"{other}") <= 0);
    }

    private static KubeObject? OwnerOf(KubeObject o, ClusterSnapshot snapshot) =>
        o.Metadata.Controller is { } owner && snapshot.FindByUid(owner.Uid) is { } found && found.Kind == owner.Kind ? found : null;

    private static Judgement Of(KubeObject found, ClusterSnapshot snapshot, DateTimeOffset now, HealthEvaluator rules)
    {
        var manifest =
            new ManifestObject(found.ApiVersion, found.Kind, found.Metadata.Namespace, found.Metadata.Name, "{}"u8.ToArray());
        var health = rules.Evaluate(new(new(Guid.Empty, "", now, [manifest]), null), [], snapshot, now, int.MaxValue);
        var row = health.Resources.FirstOrDefault(r => r.Id == found.Id)
            ?? new(found.Id, found.ApiVersion, RowStatus.Healthy, $"Left out, as its annotation {Attribution.IgnoreAnnotation} asks.");
        var arePodsKnown = rules.Kinds.For(found.Id) is { BearsPods: true } kind && AbsentRule.ArePodsKnown(found.Id, kind, snapshot);
        return new(row, health, arePodsKnown);
    }

    /// <summary>Kinds that lead to pods and that the input does not hold: that they are absent from it says nothing.</summary>
    private static Dictionary<KindId, KindReadability> NotGiven(IEnumerable<KubeObject> objects)
    {
        var given = objects.Select(o => new KindId(o.Id.Group, o.Kind)).ToHashSet();
        return ThroughKinds.Where(k => !given.Contains(k)).ToDictionary(k => k, _ => new KindReadability(KindAccess.NotGiven));
    }
}
