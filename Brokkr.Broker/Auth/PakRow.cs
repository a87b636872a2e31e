using Google.Protobuf.WellKnownTypes;
using LinqToDB.Mapping;

namespace Brokkr.Broker.Auth;

/// <summary>What it takes to verify a key: a row of <c>paks</c> that is in force.</summary>
internal sealed class PakRow
{
    [Column("id")]
    public required string Id { get; set; }

    /// <summary><c>admin</c>, <c>reader</c> or <c>agent</c>.</summary>
    [Column("role")]
    public required string Role { get; set; }

    [Column("agent_id")]
    public Guid? AgentId { get; set; }

    [Column("name")]
    public required string Name { get; set; }

    [Column("secret_hash")]
    public required byte[] SecretHash { get; set; }

    /// <summary>How many seconds it was still valid when it was read, by the database's clock; null where it does not expire.</summary>
    [Column("expires_in")]
    public double? ExpiresIn { get; set; }

    public bool IsSameCallerAs(PakRow other) => (Id, Role, AgentId, Name) == (other.Id, other.Role, other.AgentId, other.Name);
}

/// <summary>What may be shown of a key.</summary>
internal sealed class ListedPakRow
{
    /// <summary>The columns that every query of this row selects.</summary>
    public const string Columns = """
        p.id, p.role, p.agent_id, p.name, p.created_at, p.created_by, p.expires_at, p.last_used_at, p.revoked_at,
        CASE WHEN p.revoked_at IS NOT NULL THEN 'revoked' WHEN p.expires_at <= NOW() THEN 'expired' ELSE 'active' END AS state
        """;

    [Column("id")]
    public required string Id { get; set; }

    [Column("role")]
    public required string Role { get; set; }

    [Column("agent_id")]
    public Guid? AgentId { get; set; }

    [Column("name")]
    public required string Name { get; set; }

    [Column("created_at")]
    public required DateTimeOffset CreatedAt { get; set; }

    [Column("created_by")]
    public required string CreatedBy { get; set; }

    [Column("expires_at")]
    public DateTimeOffset? ExpiresAt { get; set; }

    [Column("last_used_at")]
    public DateTimeOffset? LastUsedAt { get; set; }

    [Column("revoked_at")]
    public DateTimeOffset? RevokedAt { get; set; }

    [Column("state")]
    public required string State { get; set; }

    /// <summary>Set where the query replaced another key: until when that one is valid.</summary>
    [Column("old_expires_at")]
    public DateTimeOffset? OldExpiresAt { get; set; }

    public Wire.Pak ToWire() => new()
    {
        Id = Id,
        Role = PakWords.RoleToWire(Role),
        State = PakWords.StateToWire(State),
        Name = Name,
        AgentId = AgentId?.ToString() ?? "",
        CreatedAt = CreatedAt.ToTimestamp(),
        CreatedBy = CreatedBy,
        ExpiresAt = ExpiresAt?.ToTimestamp(),
        LastUsedAt = LastUsedAt?.ToTimestamp(),
        RevokedAt = RevokedAt?.ToTimestamp(),
    };
}
