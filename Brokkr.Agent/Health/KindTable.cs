using System.Collections.Concurrent;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Custom;
using Brokkr.Agent.Health.Kinds;

namespace Brokkr.Agent.Health;

/// <summary>The rule of every kind: of those of Kubernetes, and of custom resources by the rule book. Thread-safe.</summary>
internal sealed class KindTable(RuleBook book)
{
    private readonly ConcurrentDictionary<KindId, KindRule> _custom = new();

    public KindRule For(ResourceId id) => For(new KindId(id.Group, id.Kind));

    public KindRule For(KindId kind) => KindRules.Find(kind) ?? _custom.GetOrAdd(kind, custom => CustomResourceRule.Of(custom, book));

    /// <summary>How objects of a kind are read so that what its rule looks at is kept, and nothing else.</summary>
    public ClusterJson JsonOf(KindId kind) =>
        For(kind) is { Shape: KindShape.Projected } rule ? ClusterJson.Selecting(FieldSelection.Of(rule.Fields)) : ClusterJson.Default;
}
