using Google.Protobuf.WellKnownTypes;
using LinqToDB.Mapping;

namespace Brokkr.Broker.Auth;

/// <summary>A row of <c>audit_events</c>.</summary>
internal sealed class AuditRow
{
    [Column("id")]
    public required long Id { get; set; }

    [Column("at")]
    public required DateTimeOffset At { get; set; }

    [Column("actor")]
    public required string Actor { get; set; }

    [Column("actor_pak_id")]
    public required string ActorPakId { get; set; }

    [Column("actor_role")]
    public required string ActorRole { get; set; }

    [Column("address")]
    public required string Address { get; set; }

    [Column("action")]
    public required string Action { get; set; }

    [Column("object_id")]
    public required string ObjectId { get; set; }

    [Column("object_name")]
    public required string ObjectName { get; set; }

    public Wire.AuditEvent ToWire() => new()
    {
        Id = Id,
        At = At.ToTimestamp(),
        Actor = Actor,
        ActorPakId = ActorPakId,
        ActorRole = PakWords.RoleToWire(ActorRole),
        Address = Address,
        Action = Action,
        ObjectId = ObjectId,
        ObjectName = ObjectName,
    };
}
