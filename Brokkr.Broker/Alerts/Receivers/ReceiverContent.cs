namespace Brokkr.Broker.Alerts.Receivers;

/// <summary>What is to be kept of a receiver.</summary>
/// <param name="Secrets">URL and secrets, which are kept encrypted.</param>
/// <param name="Settings">What everyone may see: host and mail.</param>
internal sealed record ReceiverContent(ReceiverSecrets Secrets, Wire.AlertReceiver Settings);
