using Google.Protobuf.WellKnownTypes;
using State = Brokkr.V1.PakState.Types.Word;

namespace Brokkr.Broker.Auth;

/// <summary>What may be shown of a key.</summary>
internal sealed class PakRow
{
    /// <summary>The columns that every query of this row selects.</summary>
    public const string Columns = $"""
        p.id, p.role, p.agent_id, p.name, p.created_at, p.created_by, {PakStore.Expiry} AS expires_at, p.last_used_at, p.revoked_at,
        CASE WHEN p.revoked_at IS NOT NULL THEN 'revoked' WHEN p.expires_at <= NOW() THEN 'expired' ELSE 'active' END AS state
        """;

    public required string Id { get; set; }

    public required string Role { get; set; }

    public Guid? AgentId { get; set; }

    public required string Name { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public required State State { get; set; }

    /// <summary>Set where the query replaced another key: until when that one is valid.</summary>
    public DateTimeOffset? OldExpiresAt { get; set; }

    public Wire.Pak ToWire() => new()
    {
        Id = Id,
        Role = PakWords.RoleToWire(Role),
        State = State,
        Name = Name,
        AgentId = AgentId?.ToString() ?? "",
        CreatedAt = CreatedAt.ToTimestamp(),
        CreatedBy = CreatedBy,
        ExpiresAt = ExpiresAt?.ToTimestamp(),
        LastUsedAt = LastUsedAt?.ToTimestamp(),
        RevokedAt = RevokedAt?.ToTimestamp(),
    };
}
