using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Fleet;

/// <summary>A row of <c>agents</c>.</summary>
internal sealed class AgentRow
{
    public required Guid Id { get; set; }

    public required string Name { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? LastSeenAt { get; set; }

    public Wire.Agent ToWire() => new()
    {
        Id = Id.ToString(),
        Name = Name,
        CreatedAt = CreatedAt.ToTimestamp(),
        LastSeenAt = LastSeenAt?.ToTimestamp(),
    };
}
