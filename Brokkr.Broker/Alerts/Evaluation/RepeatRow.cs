namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>A group that is to be told again.</summary>
internal sealed class RepeatRow
{
    public required Guid ReceiverId { get; set; }

    public required Guid RuleId { get; set; }

    public required string GroupKey { get; set; }

    /// <summary>How much of it goes on.</summary>
    public required int Firing { get; set; }
}
