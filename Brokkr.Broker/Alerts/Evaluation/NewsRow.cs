namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>Something that a receiver was not told yet.</summary>
internal sealed class NewsRow
{
    public required Guid ReceiverId { get; set; }

    public required Guid RuleId { get; set; }

    /// <summary>What the rule was called when the alert began.</summary>
    public required string RuleName { get; set; }

    public required string GroupKey { get; set; }

    public required Guid AlertId { get; set; }

    /// <summary>What there is to tell: the status, or <c>resolved</c>.</summary>
    public required string Tells { get; set; }

    /// <summary>Whether the receiver knows of the alert.</summary>
    public required bool WasTold { get; set; }

    public required DateTimeOffset OpenedAt { get; set; }

    /// <summary>When the receiver was told of the group last; null where it never was.</summary>
    public DateTimeOffset? ToldAt { get; set; }
}
