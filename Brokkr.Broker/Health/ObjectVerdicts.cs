namespace Brokkr.Broker.Health;

/// <summary>What the worst of their agents say of deployment objects, and what all of them come to where these are not all.</summary>
/// <param name="Rows">What the agents say, by deployment object; a single row without an agent where none is to run it.</param>
/// <param name="All">Of the deployment objects with more agents.</param>
internal sealed record ObjectVerdicts(IReadOnlyList<VerdictRow> Rows, IReadOnlyList<RollupRow> All);
