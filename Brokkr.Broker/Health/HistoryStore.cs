using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using LinqToDB.Data;

namespace Brokkr.Broker.Health;

/// <summary>Reads and sweeps <c>health_transitions</c>, which reports write.</summary>
internal sealed class HistoryStore(Func<BrokerDb> openDb, HealthOptions options, Staleness staleness)
{
    /// <summary>So many rows at a time, so that a sweep holds nothing for long.</summary>
    private const int SweepBatch = 5000;

    /// <summary>
    /// Lists the changes of a deployment object, newest first, those behind a page only. A verdict that is stale now has no
    /// row for that yet, the next report writes it: until then it is drawn from the clock, without an identifier. The agent comes before
    /// the identifier in the order, so that the row has the same place once it is written.
    /// </summary>
    public async Task<List<TransitionRow>> ListAsync(Guid objectId, Guid? agentId, Page<TransitionKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<TransitionRow>(
            $"""
             SELECT t.id, t.agent_id, a.name AS agent_name, {Known("t.from_status")} AS from_status,
                    {Known("t.to_status")} AS to_status, t.conditions, t.at, t.changes
               FROM (SELECT h.id, h.agent_id, h.from_status, h.to_status, h.conditions, h.at, h.changes FROM health_transitions h
                 WHERE h.deployment_object_id = @objectId
                     UNION ALL
                     SELECT 0, v.agent_id, v.reported, 'unknown', ARRAY['{VerdictSql.Stale}'], v.since, 1
                       FROM {VerdictSql.Verdicts} v
                      WHERE v.deployment_object_id = @objectId AND v.word = '{VerdictSql.Stale}' AND v.reported <> 'unknown') t
               JOIN agents a ON a.id = t.agent_id
              WHERE (@agentId::uuid IS NULL OR t.agent_id = @agentId::uuid)
                AND (@before::timestamptz IS NULL OR (t.at, t.agent_id, t.id) < (@before::timestamptz, @beforeAgent, @beforeId))
              ORDER BY t.at DESC, t.agent_id DESC, t.id DESC LIMIT @limit
             """,
            new
            {
                objectId,
                agentId,
                before = page.After?.At.UtcDateTime,
                beforeId = page.After?.Id ?? 0,
                beforeAgent = page.After?.AgentId ?? Guid.Empty,
                limit = page.Fetch,
                staleAfter = staleness.Seconds,
            }, ct);
    }

    /// <summary>A status that the contracts do not know costs its row alone.</summary>
    private static string Known(string status) => $"CASE WHEN {status} IN {VerdictSql.KnownWords} THEN {status} ELSE 'unknown' END";

    /// <summary>Deletes what is older than it is to be kept; any number of brokers may do so at once. Answers how many rows went.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var db = openDb();
        var (total, deleted) = (0, SweepBatch);
        while (deleted == SweepBatch)
        {
            deleted = await db.ExecuteAsync(
                $"""
                 DELETE FROM health_transitions WHERE id IN (
                     SELECT id FROM health_transitions WHERE at < NOW() - @days * INTERVAL '1 day' ORDER BY at LIMIT {SweepBatch}
                       FOR UPDATE SKIP LOCKED)
                 """,
                ct, new DataParameter("days", options.HistoryDays));
            total += deleted;
        }

        return total;
    }
}
