namespace Brokkr.Broker.Alerts.Delivery;

/// <summary>Where a reader of the messages stands.</summary>
internal sealed record DeliveryKey(long Number);
