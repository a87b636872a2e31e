using Google.Protobuf.WellKnownTypes;
using LinqToDB.Mapping;

namespace Brokkr.Broker.Fleet;

/// <summary>A row of <c>agents</c>.</summary>
internal sealed class AgentRow
{
    [Column("id")]
    public required Guid Id { get; set; }

    [Column("name")]
    public required string Name { get; set; }

    [Column("created_at")]
    public required DateTimeOffset CreatedAt { get; set; }

    [Column("last_seen_at")]
    public DateTimeOffset? LastSeenAt { get; set; }

    public Wire.Agent ToWire() => new()
    {
        Id = Id.ToString(),
        Name = Name,
        CreatedAt = CreatedAt.ToTimestamp(),
        LastSeenAt = LastSeenAt?.ToTimestamp(),
    };
}
