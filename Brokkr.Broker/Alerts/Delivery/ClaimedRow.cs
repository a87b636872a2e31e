namespace Brokkr.Broker.Alerts.Delivery;

/// <summary>A message that this broker is to send now.</summary>
internal sealed class ClaimedRow
{
    public required Guid Id { get; set; }

    public required Guid ReceiverId { get; set; }

    /// <summary>The message as JSON.</summary>
    public required string Body { get; set; }

    /// <summary>How often it was tried, this try included.</summary>
    public required int Attempts { get; set; }
}
