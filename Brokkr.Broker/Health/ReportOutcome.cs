namespace Brokkr.Broker.Health;

/// <summary>What became of a report: of each item, and what a confirmation left out.</summary>
internal sealed record ReportOutcome(List<SavedRow> Saved, List<Guid> Missing)
{
    public static readonly ReportOutcome Nothing = new([], []);
}
