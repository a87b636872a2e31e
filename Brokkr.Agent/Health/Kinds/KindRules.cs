using System.Collections.Frozen;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>The kinds of Kubernetes, each with the one rule that says how it is judged and what is kept of it.</summary>
internal static class KindRules
{
    private static readonly KindRule Exists = KindRule.Exists();
    private static readonly KindRule Event = KindRule.Exists(KindShape.Event);
    private static readonly KindRule Deployment = KindRule.Workload(DeploymentRule.Evaluate, Replicas, through: new("apps", "ReplicaSet"));
    private static readonly KindRule ReplicaSet = KindRule.Workload(ReplicaSetRule.Evaluate, Replicas);
    private static readonly KindRule DaemonSet = KindRule.Workload(DaemonSetRule.Evaluate, set => set.Status.DesiredNumberScheduled);
    private static readonly KindRule Address = KindRule.Projected(AddressRule.IngressFields, AddressRule.Evaluate);

    private static readonly FrozenDictionary<KindId, KindRule> ByKind = new Dictionary<KindId, KindRule>
    {
        [new("", "Pod")] = KindRule.Pod(),
        [new("", "Node")] = KindRule.Node(),
        [new("", "Event")] = Event,
        [new("events.k8s.io", "Event")] = Event,
        [ServiceRule.Slices] = KindRule.Exists(KindShape.EndpointSlice),
        [new("apps", "Deployment")] = Deployment,
        [new("extensions", "Deployment")] = Deployment,
        [new("apps", "ReplicaSet")] = ReplicaSet,
        [new("extensions", "ReplicaSet")] = ReplicaSet,
        [new("", "ReplicationController")] = ReplicaSet,
        [new("apps", "StatefulSet")] = KindRule.Workload(StatefulSetRule.Evaluate, Replicas),
        [new("apps", "DaemonSet")] = DaemonSet,
        [new("extensions", "DaemonSet")] = DaemonSet,
        [new("batch", "Job")] = KindRule.Workload(JobRule.Evaluate, JobRule.ExpectedPods),
        [new("batch", "CronJob")] = KindRule.Workload(CronJobRule.Evaluate, _ => 0, through: new("batch", "Job")),
        [new("", "PersistentVolumeClaim")] = KindRule.Projected(ClaimRule.Fields, ClaimRule.Evaluate),
        [new("", "PersistentVolume")] = KindRule.Projected(StorageRules.VolumeFields, StorageRules.OfVolume),
        [new("storage.k8s.io", "VolumeAttachment")] = KindRule.Projected(StorageRules.AttachmentFields, StorageRules.OfAttachment),
        [new("storage.k8s.io", "StorageClass")] = KindRule.Projected(StorageRules.ClassFields, StorageRules.OfClass),
        [ServiceRule.Services] = KindRule.Projected(ServiceRule.Fields, ServiceRule.Evaluate),
        [new("networking.k8s.io", "Ingress")] = Address,
        [new("extensions", "Ingress")] = Address,
        [new("autoscaling", "HorizontalPodAutoscaler")] = KindRule.Projected(AutoscalerRule.Fields, AutoscalerRule.Evaluate),
        [new("policy", "PodDisruptionBudget")] = KindRule.Projected(DisruptionBudgetRule.Fields, DisruptionBudgetRule.Evaluate),
        [new("apiextensions.k8s.io", "CustomResourceDefinition")] = KindRule.Projected(DefinitionRule.Fields, DefinitionRule.Evaluate),
        [new("apiregistration.k8s.io", "APIService")] = KindRule.Projected(ApiServiceRule.Fields, ApiServiceRule.Evaluate),
        [new("", "Namespace")] =
            KindRule.Projected(NamespaceDeletion.Fields, (_, ns, context) =>
            ExistsRule.Evaluate(ns, context)) with
            { DeletionText = NamespaceDeletion.Text },
    }.ToFrozenDictionary();

    /// <summary>Groups of Kubernetes whose other kinds only have to exist.</summary>
    private static readonly FrozenSet<string> Passive = FrozenSet.Create(
        StringComparer.Ordinal,
        "", "apps", "extensions", "networking.k8s.io", "rbac.authorization.k8s.io", "storage.k8s.io", "scheduling.k8s.io",
        "admissionregistration.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "node.k8s.io", "certificates.k8s.io",
        "flowcontrol.apiserver.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "resource.k8s.io");

    /// <summary>The kinds that have a rule of their own.</summary>
    public static IEnumerable<KindId> Kinds => ByKind.Keys;

    /// <summary>The rule of a kind of Kubernetes; null for custom resources.</summary>
    public static KindRule? Find(KindId kind) => ByKind.GetValueOrDefault(kind) ?? (Passive.Contains(kind.Group) ? Exists : null);

    private static int Replicas(Workload workload) => workload.Spec.Replicas ?? 1;
}
