using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>
/// A Deployment, ReplicaSet, ReplicationController, StatefulSet, DaemonSet, Job or CronJob: the union of what the rules need of them.
/// </summary>
internal sealed class Workload : KubeObject
{
    public WorkloadSpec Spec { get => field; set => field = value ?? new(); } = new();
    public WorkloadStatus Status { get => field; set => field = value ?? new(); } = new();

    [JsonIgnore]
    public override long? ObservedGeneration => Status.ObservedGeneration;
}

internal sealed class WorkloadSpec
{
    public int? Replicas { get; set; }
    public bool Paused { get; set; }
    public int MinReadySeconds { get; set; }

    /// <summary>StatefulSet: <c>OrderedReady</c> (the default) or <c>Parallel</c>.</summary>
    public string? PodManagementPolicy { get; set; }

    /// <summary>StatefulSet: the number of its first pod; 0 where absent.</summary>
    public OrdinalRange? Ordinals { get; set; }

    /// <summary>StatefulSet and DaemonSet.</summary>
    public UpdateStrategy? UpdateStrategy { get; set; }

    public int? Parallelism { get; set; }
    public int? Completions { get; set; }
    public int? BackoffLimit { get; set; }

    /// <summary>Job: an index that failed more often than this has failed for good.</summary>
    public int? BackoffLimitPerIndex { get; set; }

    /// <summary>Job: the controller that looks after it; null for that of Kubernetes.</summary>
    [JsonConverter(typeof(SharedStringConverter))]
    public string? ManagedBy { get; set; }

    public int? TtlSecondsAfterFinished { get; set; }

    /// <summary>Job and CronJob.</summary>
    public bool Suspend { get; set; }

    /// <summary>CronJob: as in <c>*/5 * * * *</c>.</summary>
    public string? Schedule { get; set; }

    /// <summary>CronJob: the time zone of the schedule; null for that of the cluster's controllers, which nobody tells.</summary>
    [JsonConverter(typeof(SharedStringConverter))]
    public string? TimeZone { get; set; }

    /// <summary>CronJob: how late a run may begin.</summary>
    public long? StartingDeadlineSeconds { get; set; }

    /// <summary>CronJob: <c>Allow</c> (the default), <c>Forbid</c> or <c>Replace</c>.</summary>
    [JsonConverter(typeof(SharedStringConverter))]
    public string? ConcurrencyPolicy { get; set; }

    /// <summary>What the pods of the workload are made of; a CronJob has none of its own.</summary>
    public PodTemplate? Template { get; set; }
}

/// <summary>What the rules need of a template of pods.</summary>
internal sealed class PodTemplate
{
    public TemplateSpec Spec { get => field; set => field = value ?? new(); } = new();
}

internal sealed class TemplateSpec
{
    public List<Container> Containers { get => field; set => field = value ?? []; } = [];
    public List<Container> InitContainers { get => field; set => field = value ?? []; } = [];
}

internal sealed class OrdinalRange
{
    public int Start { get; set; }
}

internal sealed class UpdateStrategy
{
    /// <summary><c>RollingUpdate</c> or <c>OnDelete</c>.</summary>
    public string? Type { get; set; }

    public RollingUpdate? RollingUpdate { get; set; }
}

internal sealed class RollingUpdate
{
    public int? Partition { get; set; }
}

internal sealed class WorkloadStatus
{
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public long? ObservedGeneration { get; set; }

    public int Replicas { get; set; }
    public int UpdatedReplicas { get; set; }
    public int ReadyReplicas { get; set; }
    public int AvailableReplicas { get; set; }
    public string? CurrentRevision { get; set; }
    public string? UpdateRevision { get; set; }

    public int DesiredNumberScheduled { get; set; }
    public int CurrentNumberScheduled { get; set; }
    public int UpdatedNumberScheduled { get; set; }
    public int NumberReady { get; set; }
    public int NumberAvailable { get; set; }

    public int Succeeded { get; set; }
    public int Failed { get; set; }

    /// <summary>Job: the indexes that failed for good, as in <c>1,3-5</c>.</summary>
    public string? FailedIndexes { get; set; }

    public DateTimeOffset? StartTime { get; set; }
    public DateTimeOffset? CompletionTime { get; set; }
    public DateTimeOffset? LastScheduleTime { get; set; }
    public DateTimeOffset? LastSuccessfulTime { get; set; }

    /// <summary>A Job has the number of its active pods here, a CronJob the list of its active Jobs.</summary>
    [JsonConverter(typeof(CountConverter))]
    public int Active { get; set; }

    public List<Condition> Conditions { get => field; set => field = value ?? []; } = [];

    public Condition? Find(string conditionType) => Conditions.Find(c => c.Type == conditionType);
}
