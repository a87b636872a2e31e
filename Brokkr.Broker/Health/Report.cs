namespace Brokkr.Broker.Health;

/// <summary>What an agent reports at once.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Number">Where it stands in its session; null where it has no number.</param>
/// <param name="Rows">Its items, each of another deployment object.</param>
internal sealed record Report(Guid AgentId, ReportNumber? Number, IReadOnlyList<ReportRow> Rows);
