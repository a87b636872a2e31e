using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brokkr.Agent.Diagnostics;

/// <summary>What only diagnostics need of a pod: read when somebody asks, and not kept.</summary>
internal sealed class PodDetail
{
    public PodDetailSpec Spec { get => field; set => field = value ?? new(); } = new();
    public PodDetailStatus Status { get => field; set => field = value ?? new(); } = new();
}

internal sealed class PodDetailSpec
{
    public List<ContainerDetail> Containers { get => field; set => field = value ?? []; } = [];
    public List<ContainerDetail> InitContainers { get => field; set => field = value ?? []; } = [];
}

internal sealed class PodDetailStatus
{
    public string? QosClass { get; set; }
}

internal sealed class ContainerDetail
{
    public string Name { get; set; } = "";
    public ContainerResources Resources { get => field; set => field = value ?? new(); } = new();
    public ProbeDetail? StartupProbe { get; set; }
    public ProbeDetail? ReadinessProbe { get; set; }
    public ProbeDetail? LivenessProbe { get; set; }
}

/// <summary>Quantities as Kubernetes writes them.</summary>
internal sealed class ContainerResources
{
    public Dictionary<string, string> Requests { get => field; set => field = value ?? []; } = [];
    public Dictionary<string, string> Limits { get => field; set => field = value ?? []; } = [];
}

/// <summary>A probe; absent numbers have Kubernetes' defaults.</summary>
internal sealed class ProbeDetail
{
    public HttpProbe? HttpGet { get; set; }
    public TcpProbe? TcpSocket { get; set; }
    public GrpcProbe? Grpc { get; set; }
    public ExecProbe? Exec { get; set; }
    public int InitialDelaySeconds { get; set; }
    public int PeriodSeconds { get; set; } = 10;
    public int TimeoutSeconds { get; set; } = 1;
    public int SuccessThreshold { get; set; } = 1;
    public int FailureThreshold { get; set; } = 3;
}

internal sealed class HttpProbe
{
    public string? Scheme { get; set; }
    public string? Host { get; set; }
    public string? Path { get; set; }

    /// <summary>A number, or the name of a port.</summary>
    public JsonElement Port { get; set; }
}

internal sealed class TcpProbe
{
    public string? Host { get; set; }
    public JsonElement Port { get; set; }
}

internal sealed class GrpcProbe
{
    public JsonElement Port { get; set; }
    public string? Service { get; set; }
}

internal sealed class ExecProbe
{
    public List<string> Command { get => field; set => field = value ?? []; } = [];
}

/// <summary>A PersistentVolumeClaim.</summary>
internal sealed class ClaimDetail
{
    public DetailMeta Metadata { get => field; set => field = value ?? new(); } = new();
    public ClaimDetailSpec Spec { get => field; set => field = value ?? new(); } = new();
    public ClaimDetailStatus Status { get => field; set => field = value ?? new(); } = new();
}

internal sealed class DetailMeta
{
    public string Name { get; set; } = "";
    public string Uid { get; set; } = "";
    public DateTimeOffset? CreationTimestamp { get; set; }
}

internal sealed class ClaimDetailSpec
{
    public string? StorageClassName { get; set; }
    public string? VolumeName { get; set; }
    public List<string> AccessModes { get => field; set => field = value ?? []; } = [];
    public ContainerResources Resources { get => field; set => field = value ?? new(); } = new();
}

internal sealed class ClaimDetailStatus
{
    public string? Phase { get; set; }
}

internal sealed class QuotaList
{
    public List<QuotaDetail> Items { get => field; set => field = value ?? []; } = [];
}

/// <summary>A ResourceQuota.</summary>
internal sealed class QuotaDetail
{
    public DetailMeta Metadata { get => field; set => field = value ?? new(); } = new();
    public QuotaDetailStatus Status { get => field; set => field = value ?? new(); } = new();
}

internal sealed class QuotaDetailStatus
{
    public Dictionary<string, string> Hard { get => field; set => field = value ?? []; } = [];
    public Dictionary<string, string> Used { get => field; set => field = value ?? []; } = [];
}

/// <summary>Reads Kubernetes' JSON into the shapes above.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PodDetail))]
[JsonSerializable(typeof(ClaimDetail))]
[JsonSerializable(typeof(QuotaList))]
internal sealed partial class DetailJson : JsonSerializerContext;
