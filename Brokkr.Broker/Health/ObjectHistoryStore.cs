using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Reads what became of a deployment object across its revisions, whose identifiers change while the name stays.</summary>
internal sealed class ObjectHistoryStore(Func<BrokerDb> openDb, Staleness staleness)
{
    /// <summary>
    /// The changes of every revision on one agent within so many days, newest first. A verdict that is stale now is drawn from the clock, as
    /// <see cref="HistoryStore"/> does.
    /// </summary>
    public async Task<List<TransitionRow>> ListChangesAsync(Guid stackId, string name, Guid agentId, int days, int limit, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<TransitionRow>(
            $"""
             WITH revisions AS (SELECT id FROM deployment_objects WHERE stack_id = @stackId AND name = @name)
             SELECT t.id, t.agent_id, a.name AS agent_name, t.from_status, t.to_status, t.conditions, t.at
               FROM (SELECT h.id, h.agent_id, h.from_status, h.to_status, h.conditions, h.at
                       FROM health_transitions h JOIN revisions r ON r.id = h.deployment_object_id WHERE h.agent_id = @agentId
                     UNION ALL
                     SELECT {long.MaxValue}, v.agent_id, v.reported, 'unknown', ARRAY['{VerdictSql.Stale}'], v.since
                       FROM {VerdictSql.Verdicts} v JOIN revisions r ON r.id = v.deployment_object_id
                      WHERE v.agent_id = @agentId AND v.word = '{VerdictSql.Stale}' AND v.reported <> 'unknown') t
               JOIN agents a ON a.id = t.agent_id
              WHERE t.at > NOW() - @days * INTERVAL '1 day'
              ORDER BY t.at DESC, t.id DESC LIMIT @limit
             """,
            new { stackId, name, agentId, days, limit, staleAfter = staleness.Seconds }, ct);
    }

    /// <summary>The revisions of a name, newest first.</summary>
    public async Task<List<RevisionRow>> ListRevisionsAsync(Guid stackId, string name, int limit, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<RevisionRow>(
            """
            SELECT id, revision, created_at, superseded_at FROM deployment_objects
             WHERE stack_id = @stackId AND name = @name ORDER BY revision DESC LIMIT @limit
            """,
            new { stackId, name, limit }, ct);
    }
}
