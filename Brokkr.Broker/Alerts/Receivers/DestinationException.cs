namespace Brokkr.Broker.Alerts.Receivers;

/// <summary>Nothing may be sent there; the message says why, as the end of a sentence.</summary>
internal sealed class DestinationException(string message) : Exception(message);
