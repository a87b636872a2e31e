using Kind = Brokkr.V1.AlertReceiverKind.Types.Word;

namespace Brokkr.Broker.Alerts.Receivers;

/// <summary>A receiver with all that it takes to send to it.</summary>
internal sealed record Receiver(Guid Id, string Name, Kind Kind, Wire.AlertMail? Mail, ReceiverSecrets Secrets);
