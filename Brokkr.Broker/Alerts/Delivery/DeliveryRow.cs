using Brokkr.Broker.Storage;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Alerts.Delivery;

/// <summary>A row of <c>alert_deliveries</c>.</summary>
internal sealed class DeliveryRow
{
    public const string Columns = """
        d.id, d.number, d.receiver_id, r.name AS receiver_name, d.group_key, d.type, d.alerts, d.state, d.attempts, d.created_at, d.next_at,
        d.delivered_at, d.last_error
        """;

    public required Guid Id { get; set; }

    public required long Number { get; set; }

    public required Guid ReceiverId { get; set; }

    public required string ReceiverName { get; set; }

    public required string GroupKey { get; set; }

    public required string Type { get; set; }

    public required int Alerts { get; set; }

    public required string State { get; set; }

    public required int Attempts { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public required DateTimeOffset NextAt { get; set; }

    public DateTimeOffset? DeliveredAt { get; set; }

    public required string LastError { get; set; }

    public Wire.AlertDelivery ToWire() => new()
    {
        Id = Id.ToString(),
        Receiver = ReceiverName,
        Type = Type,
        GroupKey = GroupKey,
        State = Words.Parse<Wire.AlertDeliveryState.Types.Word>(State),
        Attempts = Attempts,
        CreatedAt = CreatedAt.ToTimestamp(),
        NextAt = State == "pending" ? NextAt.ToTimestamp() : null,
        DeliveredAt = DeliveredAt?.ToTimestamp(),
        LastError = LastError,
        Alerts = Alerts,
    };
}
