using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Reads what became of a deployment object across its revisions, whose identifiers change while the name stays.</summary>
internal sealed class ObjectHistoryStore(Func<BrokerDb> openDb, HealthOptions options, Staleness staleness)
{
    /// <summary>The changes of every revision on one agent within so many days, newest first.</summary>
    public async Task<List<TransitionRow>> ListChangesAsync(
        Guid stackId, string name, Guid agentId, int days, int limit, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<TransitionRow>(
            $"""
             WITH revisions AS (SELECT id FROM deployment_objects WHERE stack_id = @stackId AND name = @name)
             SELECT {TransitionSql.Columns}
               FROM (SELECT {TransitionSql.Fields} FROM health_transitions
                      WHERE agent_id = @agentId AND deployment_object_id IN (SELECT id FROM revisions) AND {TransitionSql.IsKept}
                     UNION ALL
                     {TransitionSql.Drawn} AND v.agent_id = @agentId AND v.deployment_object_id IN (SELECT id FROM revisions)) t
               JOIN agents a ON a.id = t.agent_id
              WHERE t.at > NOW() - @days * INTERVAL '1 day'
              ORDER BY {TransitionSql.NewestFirst} LIMIT @limit
             """,
            new { stackId, name, agentId, days, limit, staleAfter = staleness.Seconds, historyDays = options.HistoryDays }, ct);
    }
}
