using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Reads and sweeps <c>health_transitions</c>, which reports write.</summary>
internal sealed class HistoryStore(Func<BrokerDb> openDb, Partitions partitions, HealthOptions options, Staleness staleness)
{
    /// <summary>Lists the changes of a deployment object, newest first, those behind a page only.</summary>
    public async Task<List<TransitionRow>> ListAsync(Guid objectId, Guid? agentId, Page<TransitionKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<TransitionRow>(
            $"""
             SELECT {TransitionSql.Columns}
               FROM (SELECT {TransitionSql.Fields} FROM health_transitions
                      WHERE deployment_object_id = @objectId AND deployment_object_id NOT IN {DeletedStackSql.Objects}
                        AND {TransitionSql.IsKept}
                     UNION ALL
                     {TransitionSql.Drawn} AND v.deployment_object_id = @objectId) t
               JOIN agents a ON a.id = t.agent_id
              WHERE (@agentId::uuid IS NULL OR t.agent_id = @agentId::uuid)
                AND (@before::timestamptz IS NULL OR (t.at, t.agent_id, t.id) < (@before::timestamptz, @beforeAgent, @beforeId))
              ORDER BY {TransitionSql.NewestFirst} LIMIT @limit
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
                historyDays = options.HistoryDays,
            }, ct);
    }

    /// <summary>Deletes what is older than it is to be kept; any number of brokers may do so at once. Answers how many rows went.</summary>
    public Task<int> SweepAsync(CancellationToken ct) =>
        partitions.KeepAsync("health_transitions", options.HistoryDays, ct);
}
