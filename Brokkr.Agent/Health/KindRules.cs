using Brokkr.Agent.Cluster;

namespace Brokkr.Agent.Health;

/// <summary>How objects of one kind are judged by their own fields.</summary>
/// <param name="Judge">Judges an object that exists and is not being deleted; its pods are judged by themselves.</param>
internal sealed record KindRule(Func<ResourceCase, RuleContext, Verdict> Judge)
{
    /// <summary>How many pods an object asks for; null for kinds that have none.</summary>
    public Func<KubeObject, int>? ExpectedPods { get; init; }

    /// <summary>The kind between the object and its pods, which must be readable to find them.</summary>
    public KindId? Through { get; init; }

    public bool BearsPods => ExpectedPods is not null;
}

/// <summary>A resource that exists, as the rule of its kind sees it.</summary>
/// <param name="Resource">The resource and what it owns.</param>
/// <param name="Object">The object itself.</param>
/// <param name="Observed">Whether its controller has seen the present generation, so that its counters can be believed.</param>
internal sealed record ResourceCase(AttributedResource Resource, KubeObject Object, bool Observed);

/// <summary>Which rule judges which kind; every other kind is healthy as soon as it exists.</summary>
internal static class KindRules
{
    private static readonly KindRule Exists = new(ExistsRule.Evaluate);

    private static readonly Dictionary<KindId, KindRule> ByKind = new()
    {
        [new("", "Pod")] = new(BarePodRule.Evaluate) { ExpectedPods = BarePodRule.ExpectedPods },
        [new("apps", "Deployment")] = new(OfWorkload(DeploymentRule.Evaluate)) { ExpectedPods = Replicas, Through = new("apps", "ReplicaSet") },
        [new("apps", "ReplicaSet")] = new(OfWorkload(ReplicaSetRule.Evaluate)) { ExpectedPods = Replicas },
        [new("", "ReplicationController")] = new(OfWorkload(ReplicaSetRule.Evaluate)) { ExpectedPods = Replicas },
        [new("apps", "StatefulSet")] = new(OfWorkload(StatefulSetRule.Evaluate)) { ExpectedPods = Replicas },
        [new("apps", "DaemonSet")] = new(OfWorkload(DaemonSetRule.Evaluate)) { ExpectedPods = o => o is Workload w ? w.Status.DesiredNumberScheduled : 0 },
        [new("batch", "Job")] = new(OfWorkload(JobRule.Evaluate)) { ExpectedPods = o => o is Workload w ? JobRule.ExpectedPods(w) : 0 },
        [new("batch", "CronJob")] = new(OfWorkload(CronJobRule.Evaluate)) { ExpectedPods = _ => 0, Through = new("batch", "Job") },
    };

    public static KindRule For(ResourceId id) => ByKind.GetValueOrDefault(new(id.Group, id.Kind), Exists);

    private static int Replicas(KubeObject o) => o is Workload w ? w.Spec.Replicas ?? 1 : 0;

    private static Func<ResourceCase, RuleContext, Verdict> OfWorkload(Func<Workload, ResourceCase, Verdict> judge) =>
        (resource, context) => resource.Object is Workload workload ? judge(workload, resource) : ExistsRule.Evaluate(resource, context);
}
