using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Custom;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>How objects of one kind are judged by their own fields.</summary>
/// <param name="Judge">Judges an object that exists and is not being deleted; its pods are judged by themselves.</param>
internal sealed record KindRule(Func<ResourceCase, RuleContext, Verdict> Judge)
{
    /// <summary>How many pods an object asks for; null for kinds that have none.</summary>
    public Func<KubeObject, int>? ExpectedPods { get; init; }

    /// <summary>The kind between the object and its pods, which must be readable to find them.</summary>
    public KindId? Through { get; init; }

    /// <summary>The paths of what the rule looks at, for kinds that are projected.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>What an object that is being deleted says about it; nothing for most kinds.</summary>
    public Func<ProjectedObject, string>? DeletionText { get; init; }

    public bool BearsPods => ExpectedPods is not null;
}

/// <summary>A resource that exists, as the rule of its kind sees it.</summary>
/// <param name="Resource">The resource and what it owns.</param>
/// <param name="Object">The object itself.</param>
/// <param name="Observed">Whether its controller has seen the present generation, so that its counters can be believed.</param>
internal sealed record ResourceCase(AttributedResource Resource, KubeObject Object, bool Observed);

/// <summary>Which rule judges which kind; the table of custom resources judges those that have none here.</summary>
internal static class KindRules
{
    private static readonly KindRule Exists = new(ExistsRule.Evaluate);

    private static readonly KindRule Custom = new(OfProjected(CustomResourceRule.Evaluate));

    private static readonly KindRule Deployment = new(OfWorkload(DeploymentRule.Evaluate)) { ExpectedPods = Replicas, Through = new("apps", "ReplicaSet") };
    private static readonly KindRule ReplicaSet = new(OfWorkload(ReplicaSetRule.Evaluate)) { ExpectedPods = Replicas };
    private static readonly KindRule DaemonSet = new(OfWorkload(DaemonSetRule.Evaluate)) { ExpectedPods = o => o is Workload w ? w.Status.DesiredNumberScheduled : 0 };
    private static readonly KindRule Ingress = new(OfProjected(AddressRule.Evaluate)) { Fields = AddressRule.Fields };

    private static readonly Dictionary<KindId, KindRule> ByKind = new()
    {
        [new("", "Pod")] = new(BarePodRule.Evaluate) { ExpectedPods = BarePodRule.ExpectedPods },
        [new("apps", "Deployment")] = Deployment,
        [new("extensions", "Deployment")] = Deployment,
        [new("apps", "ReplicaSet")] = ReplicaSet,
        [new("extensions", "ReplicaSet")] = ReplicaSet,
        [new("", "ReplicationController")] = ReplicaSet,
        [new("apps", "StatefulSet")] = new(OfWorkload(StatefulSetRule.Evaluate)) { ExpectedPods = Replicas },
        [new("apps", "DaemonSet")] = DaemonSet,
        [new("extensions", "DaemonSet")] = DaemonSet,
        [new("batch", "Job")] = new(OfWorkload(JobRule.Evaluate)) { ExpectedPods = o => o is Workload w ? JobRule.ExpectedPods(w) : 0 },
        [new("batch", "CronJob")] = new(OfWorkload(CronJobRule.Evaluate)) { ExpectedPods = _ => 0, Through = new("batch", "Job") },
        [new("", "PersistentVolumeClaim")] = new(OfProjected((claim, _, context) => ClaimRule.Evaluate(claim, context))) { Fields = ClaimRule.Fields },
        [new("", "Service")] = new(OfProjected(AddressRule.Evaluate)) { Fields = AddressRule.Fields },
        [new("networking.k8s.io", "Ingress")] = Ingress,
        [new("extensions", "Ingress")] = Ingress,
        [new("autoscaling", "HorizontalPodAutoscaler")] = new(OfProjected(AutoscalerRule.Evaluate)) { Fields = ConditionFields },
        [new("policy", "PodDisruptionBudget")] = new(OfProjected(DisruptionBudgetRule.Evaluate)) { Fields = [.. ConditionFields, "status.desiredHealthy"] },
        [new("apiextensions.k8s.io", "CustomResourceDefinition")] = new(OfProjected(DefinitionRule.Evaluate)) { Fields = ConditionFields },
        [new("apiregistration.k8s.io", "APIService")] = new(OfProjected(ApiServiceRule.Evaluate)) { Fields = ConditionFields },
        [new("", "Namespace")] = new(ExistsRule.Evaluate) { Fields = NamespaceDeletion.Fields, DeletionText = NamespaceDeletion.Text },
    };

    /// <summary>The parts of conditions that rules look at, and the generation that a status was drawn from.</summary>
    public static IReadOnlyList<string> ConditionFields =>
    [
        "status.observedGeneration", .. ConditionParts("status.conditions"),
    ];

    public static KindRule For(ResourceId id) => ByKind.GetValueOrDefault(new(id.Group, id.Kind))
        ?? (KindShapes.Of(new(id.Group, id.Kind)) == KindShape.Projected ? Custom : Exists);

    /// <summary>What is to be kept of the objects of a kind.</summary>
    public static FieldSelection FieldsOf(KindId kind, RuleBook rules) =>
        FieldSelection.Of(ByKind.TryGetValue(kind, out var rule) ? rule.Fields : [.. ConditionFields, .. rules.FieldsOf(kind)]);

    /// <summary>The paths of what rules look at in a list of conditions.</summary>
    public static IEnumerable<string> ConditionParts(string list) =>
        new[] { "type", "status", "reason", "message", "lastTransitionTime", "observedGeneration" }.Select(part => $"{list}.*.{part}");

    private static int Replicas(KubeObject o) => o is Workload w ? w.Spec.Replicas ?? 1 : 0;

    private static Func<ResourceCase, RuleContext, Verdict> OfWorkload(Func<Workload, ResourceCase, Verdict> judge) =>
        (resource, context) => resource.Object is Workload workload ? judge(workload, resource) : ExistsRule.Evaluate(resource, context);

    private static Func<ResourceCase, RuleContext, Verdict> OfProjected(Func<ProjectedObject, ResourceCase, RuleContext, Verdict> judge) =>
        (resource, context) => resource.Object is ProjectedObject projected ? judge(projected, resource, context) : ExistsRule.Evaluate(resource, context);
}
