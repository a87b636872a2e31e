using Brokkr.Broker.Fleet;

namespace Brokkr.Broker.Health;

/// <summary>What became of a report.</summary>
/// <param name="Saved">What became of each item.</param>
/// <param name="Missing">What a confirmation left out.</param>
/// <param name="Noticed">What was noticed of the agent meanwhile, if anything.</param>
internal sealed record ReportOutcome(List<SavedRow> Saved, List<Guid> Missing, AgentChange? Noticed)
{
    public static readonly ReportOutcome Nothing = new([], [], null);
}
