using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Auth;

/// <summary>A row of <c>audit_trail</c>.</summary>
internal sealed class AuditRow
{
    public required long Id { get; set; }

    public required DateTimeOffset At { get; set; }

    public required string Actor { get; set; }

    public required string ActorPakId { get; set; }

    public required string ActorRole { get; set; }

    public required string Address { get; set; }

    public required string Action { get; set; }

    public required string ObjectId { get; set; }

    public required string ObjectName { get; set; }

    public required string RelatedId { get; set; }

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
        RelatedId = RelatedId,
    };
}
