namespace Brokkr.Broker.Health;

/// <summary>Where a report stands among those of its agent, and what it says about the ones before.</summary>
internal sealed record ReportNumber(long Epoch, long Sequence, long? Confirms, DateTimeOffset? CheckedAt)
{
    public static readonly ReportNumber None = new(0, 0, null, null);
}
