using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>How objects of one kind are judged by their own fields, and what is kept of them for it.</summary>
internal sealed record KindRule
{
    private KindRule(KindShape shape, Func<ResourceCase, RuleContext, Verdict> judge) => (Shape, Judge) = (shape, judge);

    /// <summary>How much is kept of the objects.</summary>
    public KindShape Shape { get; }

    /// <summary>Judges an object that exists and is not being deleted; its pods are judged by themselves.</summary>
    public Func<ResourceCase, RuleContext, Verdict> Judge { get; }

    /// <summary>
    /// The paths of everything that the rule looks at besides metadata, where the shape is <see cref="KindShape.Projected"/>.
    /// </summary>
    public IReadOnlyList<string> Fields { get; private init; } = [];

    /// <summary>How many pods an object asks for; null for kinds that have none.</summary>
    public Func<KubeObject, int>? ExpectedPods { get; init; }

    /// <summary>The kind between the object and its pods, which must be readable to find them.</summary>
    public KindId? Through { get; init; }

    /// <summary>What an object that is being deleted says about it; nothing for most kinds.</summary>
    public Func<ProjectedObject, string>? DeletionText { get; init; }

    /// <summary>How long an object may take to go; five minutes for most kinds.</summary>
    public TimeSpan DeletionPatience { get; init; } = TimeSpan.FromMinutes(5);

    public bool BearsPods => ExpectedPods is not null;

    /// <summary>Whether an object has nothing that could be wrong with it but its absence.</summary>
    public bool MerelyExists => Shape == KindShape.Metadata;

    /// <summary>An object that is as it should be once it exists.</summary>
    public static KindRule Exists(KindShape shape = KindShape.Metadata) => new(shape, ExistsRule.Evaluate);

    public static KindRule Pod() => new(KindShape.Pod, BarePodRule.Evaluate) { ExpectedPods = BarePodRule.ExpectedPods };

    public static KindRule Node() => new(KindShape.Node, NodeRule.Evaluate);

    public static KindRule Workload(Func<Workload, ResourceCase, Verdict> judge, Func<Workload, int> expectedPods,
        KindId? through = null) =>
        Workload((workload, resource, _) => judge(workload, resource), expectedPods, through);

    public static KindRule Workload(Func<Workload, ResourceCase, RuleContext, Verdict> judge, Func<Workload, int> expectedPods,
        KindId? through = null) =>
        new(KindShape.Workload, (resource, context) =>
            resource.Object is Workload workload ? judge(workload, resource, context) : ExistsRule.Evaluate(resource, context))
        {
            ExpectedPods = found => found is Workload workload ? expectedPods(workload) : 0,
            Through = through,
        };

    public static KindRule Projected(IReadOnlyList<string> fields, Func<ProjectedObject, ResourceCase, RuleContext, Verdict> judge) =>
        new(KindShape.Projected, (resource, context) =>
            resource.Object is ProjectedObject projected ? judge(projected, resource, context) : ExistsRule.Evaluate(resource, context))
        {
            Fields = fields,
        };
}
