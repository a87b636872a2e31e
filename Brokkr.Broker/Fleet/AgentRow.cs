using Google.Protobuf.WellKnownTypes;
using State = Brokkr.V1.AgentState.Types.Word;

namespace Brokkr.Broker.Fleet;

/// <summary>A row of <c>agents</c> with what is known of it at this moment.</summary>
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

    /// <summary>Whether it is heard, by the database's clock.</summary>
    public required State State { get; set; }

    /// <summary>Of its newest session; empty before the first.</summary>
    public required string Version { get; set; }

    public int Failing { get; set; }

    public int Degraded { get; set; }

    public int Unknown { get; set; }

    public int Healthy { get; set; }

    /// <summary>How many of its verdicts have each status.</summary>
    public StatusCounts Counts => new(Failing, Degraded, Unknown, Healthy);

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
        State = State,
        Version = Version,
        Counts = Counts.ToWire(),
        OverallStatus = Counts.Worst,
    };
}
