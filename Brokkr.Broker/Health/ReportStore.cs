using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>
/// Stores what agents report: the verdict in <c>placements</c>, the document in <c>deployment_health</c>, changes in
/// <c>health_transitions</c>. Reports of one agent go one after another, on whichever broker, since each holds the agent's row.
/// </summary>
internal sealed class ReportStore(Func<BrokerDb> openDb, Staleness staleness)
{
    /// <summary>
    /// Stores the items that are placed on the agent and newer than what stands, and answers what became of each. Null where the report's
    /// session is not known.
    /// </summary>
    public async Task<ReportOutcome?> SaveAsync(Report report, CancellationToken ct) =>
        await SaveAsync([report], PlacementStore.HoldAgentsSql, ct) is [{ IsDone: true, Outcome: var outcome }]
            ? outcome
            : new([.. report.Rows.Select(r => new SavedRow { Id = r.Id })], [], null);

    /// <summary>
    /// Does the same with reports of different agents in one transaction. It waits for nobody: agents that somebody holds at this moment
    /// have no part in it.
    /// </summary>
    public Task<List<ReportAnswer>> SaveTogetherAsync(IReadOnlyList<Report> reports, CancellationToken ct) =>
        SaveAsync(reports, $"{PlacementStore.HoldAgentsSql} SKIP LOCKED", ct);

    private async Task<List<ReportAnswer>> SaveAsync(IReadOnlyList<Report> reports, string holdSql, CancellationToken ct)
    {
        var byAgent = reports.ToDictionary(r => r.AgentId);
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        // The second statement has a snapshot, and a time, of after the wait for the agents' rows.
        var (agents, states) = await db.ListBothAsync<Guid, SessionStateRow>(holdSql, ReportSql.State, new
        {
            agents = byAgent.Keys.ToArray(),
            epochs = byAgent.Values.Select(r => r.Number?.Epoch ?? 0).ToArray(),
            staleAfter = staleness.Seconds,
        }, ct);
        var held = states.Where(s => agents.Contains(s.AgentId)).ToDictionary(s => s.AgentId, s => new HeldReport(byAgent[s.AgentId], s));
        if (held.Values.Where(h => !h.IsForgotten).ToList() is { Count: > 0 } batch)
            await new ReportBatchStore(db, batch, staleness.Seconds, ct).StoreAsync();
        await transaction.CommitAsync(ct);
        return [.. reports.Select(r => held.TryGetValue(r.AgentId, out var mine) ? mine.Answer : ReportAnswer.Alone)];
    }
}
