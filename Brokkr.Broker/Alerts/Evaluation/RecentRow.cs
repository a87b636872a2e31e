namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>How much a receiver was told of late.</summary>
internal sealed class RecentRow
{
    public required Guid ReceiverId { get; set; }

    public required int Messages { get; set; }

    public required bool HadStorm { get; set; }
}
