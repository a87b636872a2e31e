using Brokkr.Broker.Auth;
using Brokkr.Broker.Storage;
using LinqToDB;
using LinqToDB.Data;

namespace Brokkr.Broker.Fleet;

/// <summary>Writes <c>agent_facts</c>.</summary>
internal sealed class AgentFactStore(Func<BrokerDb> openDb)
{
    /// <summary>
    /// Takes what an agent says of itself; a deletion that it did not hold back before is in the audit, once within an hour, however often
    /// the agent changes its mind.
    /// </summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="count">How many objects it holds back; null where none.</param>
    /// <param name="number">For which target state.</param>
    /// <param name="missingRights">Serialized.</param>
    /// <param name="by">The agent's key.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Whether the audit got an event; null where there is no such agent.</returns>
    public async Task<bool?> SaveAsync(Guid agentId, int? count, long? number, byte[] missingRights, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindValueAsync<bool>(
            $"""
             WITH former AS (SELECT deletion_held_number FROM agent_facts WHERE agent_id = @agentId),
                  kept AS (
                 INSERT INTO agent_facts AS f (agent_id, deletion_held_count, deletion_held_number, deletion_held_since, missing_rights)
                 SELECT id, @count::int, @number::bigint, CASE WHEN @count::int IS NOT NULL THEN NOW() END, @missingRights
                   FROM agents WHERE id = @agentId
                 ON CONFLICT (agent_id) DO UPDATE
                    SET deletion_held_count = excluded.deletion_held_count, deletion_held_number = excluded.deletion_held_number,
                        deletion_held_since = CASE WHEN f.deletion_held_number = excluded.deletion_held_number THEN f.deletion_held_since
                          ELSE excluded.deletion_held_since END,
                        missing_rights = excluded.missing_rights
                 RETURNING agent_id, deletion_held_number),
                  audit AS ({Actor.AuditHourly}, 'hold_deletion', a.id::text, a.name, '', FLOOR(EXTRACT(EPOCH FROM NOW()) / 3600)::bigint
                    FROM kept k JOIN agents a ON a.id = k.agent_id
                   WHERE k.deletion_held_number IS NOT NULL
                     AND k.deletion_held_number IS DISTINCT FROM (SELECT deletion_held_number FROM former)
                  ON CONFLICT DO NOTHING
                  RETURNING id)
             SELECT EXISTS (SELECT FROM audit) FROM kept
             """,
            new { agentId, count, number, missingRights, by = by.Values }, ct);
    }

    /// <summary>Lets an agent delete what it holds back now; false where it holds nothing back for that target state.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="number">The target state; null for whichever.</param>
    /// <param name="by">Who confirms.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<bool> ConfirmDeletionAsync(Guid agentId, long? number, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ExecuteAsync(
            $"""
             WITH confirmed AS (
                 UPDATE agent_facts SET confirmed_number = deletion_held_number
                  WHERE agent_id = @agentId AND deletion_held_number IS NOT NULL
                    AND (@number::bigint IS NULL OR deletion_held_number = @number::bigint) RETURNING agent_id)
             {Actor.Audit}, 'confirm_deletion', a.id::text, a.name FROM confirmed c JOIN agents a ON a.id = c.agent_id
             """,
            ct, new DataParameter("agentId", agentId), new DataParameter("number", number, DataType.Int64),
            new DataParameter("by", by.Values)) == 1;
    }
}
