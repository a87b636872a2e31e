using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>What the rules and the diagnostics need of a pod.</summary>
internal sealed class Pod : KubeObject
{
    public PodSpec Spec { get => field; set => field = value ?? new(); } = new();
    public PodStatus Status { get => field; set => field = value ?? new(); } = new();

    /// <summary>The claims that it mounts; an ephemeral volume's is named after pod and volume.</summary>
    [JsonIgnore]
    public IEnumerable<ResourceId> Claims =>
        from volume in Spec.Volumes
        let name = volume.PersistentVolumeClaim?.ClaimName ?? (volume.Ephemeral is null ? null : $"{Metadata.Name}-{volume.Name}")
        where name is not null
        select new ResourceId("", "PersistentVolumeClaim", Metadata.Namespace ?? "", name);
}

internal sealed class PodSpec
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string? NodeName { get; set; }

    /// <summary><c>Always</c> (the default), <c>OnFailure</c> or <c>Never</c>.</summary>
    [JsonConverter(typeof(SharedStringConverter))]
    public string? RestartPolicy { get; set; }

    public List<Container> Containers { get => field; set => field = value ?? []; } = [];
    public List<Container> InitContainers { get => field; set => field = value ?? []; } = [];
    public List<SchedulingGate> SchedulingGates { get => field; set => field = value ?? []; } = [];
    public List<Volume> Volumes { get => field; set => field = value ?? []; } = [];
}

internal sealed class SchedulingGate
{
    public string Name { get; set; } = "";
}

internal sealed class Volume
{
    public string Name { get; set; } = "";
    public ClaimSource? PersistentVolumeClaim { get; set; }

    /// <summary>Present where Kubernetes makes a claim for this pod alone.</summary>
    public EphemeralSource? Ephemeral { get; set; }
}

internal sealed class ClaimSource
{
    public string ClaimName { get; set; } = "";
}

internal sealed class EphemeralSource;

internal sealed class Container
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string Name { get; set; } = "";

    [JsonConverter(typeof(SharedStringConverter))]
    public string Image { get; set; } = "";

    /// <summary><c>Always</c> on an init container makes it a sidecar.</summary>
    [JsonConverter(typeof(SharedStringConverter))]
    public string? RestartPolicy { get; set; }

    public Probe? ReadinessProbe { get; set; }
    public Probe? StartupProbe { get; set; }
}

/// <summary>The numbers of a probe; absent ones have Kubernetes' defaults.</summary>
internal sealed class Probe
{
    public int InitialDelaySeconds { get; set; }
    public int PeriodSeconds { get; set; } = 10;
    public int FailureThreshold { get; set; } = 3;
}

internal sealed class PodStatus
{
    /// <summary>Pending, Running, Succeeded, Failed or Unknown; null before Kubernetes sets it.</summary>
    [JsonConverter(typeof(SharedStringConverter))]
    public string? Phase { get; set; }

    [JsonConverter(typeof(SharedStringConverter))]
    public string? Reason { get; set; }

    public string? Message { get; set; }
    public DateTimeOffset? StartTime { get; set; }
    public List<Condition> Conditions { get => field; set => field = value ?? []; } = [];
    public List<ContainerStatus> InitContainerStatuses { get => field; set => field = value ?? []; } = [];
    public List<ContainerStatus> ContainerStatuses { get => field; set => field = value ?? []; } = [];

    public Condition? Find(string conditionType) => Conditions.Find(c => c.Type == conditionType);
}

internal sealed class ContainerStatus
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string Name { get; set; } = "";

    public bool Ready { get; set; }
    public bool? Started { get; set; }
    public int RestartCount { get; set; }

    [JsonConverter(typeof(SharedStringConverter))]
    public string Image { get; set; } = "";

    [JsonPropertyName("imageID")]
    [JsonConverter(typeof(SharedStringConverter))]
    public string ImageId { get; set; } = "";

    public ContainerState State { get => field; set => field = value ?? new(); } = new();
    public ContainerState LastState { get => field; set => field = value ?? new(); } = new();
}

/// <summary>At most one of the three is set.</summary>
internal sealed class ContainerState
{
    public WaitingState? Waiting { get; set; }
    public RunningState? Running { get; set; }
    public TerminatedState? Terminated { get; set; }
}

internal sealed class WaitingState
{
    [JsonConverter(typeof(SharedStringConverter))]
    public string? Reason { get; set; }

    public string? Message { get; set; }
}

internal sealed class RunningState
{
    public DateTimeOffset? StartedAt { get; set; }
}

internal sealed class TerminatedState
{
    public int ExitCode { get; set; }
    public int? Signal { get; set; }

    [JsonConverter(typeof(SharedStringConverter))]
    public string? Reason { get; set; }

    public string? Message { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }
}
