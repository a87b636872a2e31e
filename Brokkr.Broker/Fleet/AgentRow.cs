using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Fleet;

/// <summary>A row of <c>agents</c>.</summary>
internal sealed class AgentRow
{
    public required Guid Id { get; set; }

    public required string Name { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? LastSeenAt { get; set; }

    public int? DeletionHeldCount { get; set; }

    public long? DeletionHeldNumber { get; set; }

    public DateTimeOffset? DeletionHeldSince { get; set; }

    /// <summary>A serialized <see cref="Wire.ReportAgentFactsRequest"/> with rights alone.</summary>
    public byte[]? MissingRights { get; set; }

    public string? KubernetesVersion { get; set; }

    public string? ClusterId { get; set; }

    public Wire.Agent ToWire() => new()
    {
        Id = Id.ToString(),
        Name = Name,
        CreatedAt = CreatedAt.ToTimestamp(),
        LastSeenAt = LastSeenAt?.ToTimestamp(),
        DeletionHeld = DeletionHeldCount is { } count
            ? new() { Count = count, Number = DeletionHeldNumber ?? 0, Since = DeletionHeldSince?.ToTimestamp() }
            : null,
        MissingRights = { Wire.ReportAgentFactsRequest.Parser.ParseFrom(MissingRights ?? []).MissingRights },
        KubernetesVersion = KubernetesVersion ?? "",
        ClusterId = ClusterId ?? "",
    };
}
