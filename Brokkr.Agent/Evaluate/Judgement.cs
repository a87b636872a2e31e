using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Kinds;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Manifests;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Agent.Evaluate;

/// <summary>What the rules say of one object of the input, with its pods.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Health">The rest.</param>
/// <param name="PodsKnown">Whether its pods are in the input.</param>
internal sealed record Judgement(ResourceRow Row, DeploymentHealth Health, bool PodsKnown)
{
    private static readonly KindId[] ThroughKinds = [new("", "Pod"), new("apps", "ReplicaSet"), new("batch", "Job")];

    /// <summary>Judges an object that stands alone. Pure.</summary>
    public static Judgement OfOne(KubeObject found, DateTimeOffset now, HealthEvaluator rules) =>
        Of(found, new([found], [], NotGiven([found])), now, rules);

    /// <summary>Judges every object that no other one of them controls. Pure; the order does not matter.</summary>
    public static IEnumerable<Judgement> OfAll(IReadOnlyCollection<KubeObject> objects, DateTimeOffset now, HealthEvaluator rules)
    {
        var things = objects.Where(o => o is not KubeEvent).ToList();
        var snapshot = new ClusterSnapshot(things, objects.OfType<KubeEvent>(), NotGiven(things));
        return things
            .Where(o => o.Metadata.Controller is not { } owner || snapshot.FindByUid(owner.Uid) is null)
            .Select(o => Of(o, snapshot, now, rules));
    }

    private static Judgement Of(KubeObject found, ClusterSnapshot snapshot, DateTimeOffset now, HealthEvaluator rules)
    {
        var manifest =
            new ManifestObject(found.ApiVersion, found.Kind, found.Metadata.Namespace, found.Metadata.Name, new YamlMappingNode());
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
