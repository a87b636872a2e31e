using Brokkr.Broker.Storage;
using LinqToDB.Data;

namespace Brokkr.Broker.Fleet;

/// <summary>Removes what belonged to stacks that were deleted, some agents at a time, so that nobody waits for it.</summary>
internal sealed class DeletedStackStore(Func<BrokerDb> openDb)
{
    private const int Batch = 200;

    /// <summary>How long one batch may take: nobody waits for it, and what an agent reported may be much.</summary>
    private const int BatchSeconds = 60;

    /// <summary>
    /// Removes all that can be, and answers how many stacks are gone for good. What others hold at this moment is left for the next time.
    /// </summary>
    public async Task<int> SweepAsync(CancellationToken ct, int batch = Batch)
    {
        await using var db = openDb();
        db.CommandTimeout = BatchSeconds;
        var swept = 0;
        var stacks = await db.ListAsync<Guid>("SELECT id FROM deleted_stacks ORDER BY number", new { }, ct);
        // The planner takes the table's one page for a full one, and would read all placements to leave out those of so many stacks.
        if (stacks.Count > 0)
            await db.ExecuteAsync("ANALYZE deleted_stacks", ct);
        foreach (var stackId in stacks)
        {
            while (await SweepBatchAsync(db, stackId, batch, ct))
            {
            }

            swept += await db.ExecuteAsync(
                """
                DELETE FROM deleted_stacks x WHERE x.id = @stackId AND NOT EXISTS (SELECT FROM agent_targets t WHERE t.stack_id = x.id)
                   AND NOT EXISTS (SELECT FROM deployment_objects d WHERE d.stack_id = x.id)
                """,
                ct, new DataParameter("stackId", stackId));
        }

        return swept;
    }

    /// <summary>False where nothing is left, or nothing that this broker may remove now.</summary>
    private static async Task<bool> SweepBatchAsync(BrokerDb db, Guid stackId, int batch, CancellationToken ct)
    {
        await using var transaction = await db.BeginTransactionAsync(ct);
        // One broker at a time; a second one looks after the next stack.
        if (await db.FindValueAsync<Guid>("SELECT id FROM deleted_stacks WHERE id = @stackId FOR UPDATE SKIP LOCKED", new { stackId }, ct)
            is null)
        {
            return false;
        }

        // Reports hold their agent: what is being stored is removed by a later batch.
        var agents = await db.ListAsync<Guid>(
            """
            SELECT a.id FROM agent_targets t JOIN agents a ON a.id = t.agent_id WHERE t.stack_id = @stackId LIMIT @batch
               FOR NO KEY UPDATE OF a SKIP LOCKED
            """,
            new { stackId, batch }, ct);
        var removed = agents.Count > 0
            ? await RemoveTargetsAsync(db, stackId, [.. agents], ct)
            : await RemoveObjectsAsync(db, stackId, batch, ct);
        await transaction.CommitAsync(ct);
        return removed > 0;
    }

    /// <summary>The number of each agent's target state stays what it was: a target of a deleted stack counts in it.</summary>
    private static async Task<int> RemoveTargetsAsync(BrokerDb db, Guid stackId, Guid[] agents, CancellationToken ct)
    {
        await db.RunAsync(
            $"""
             WITH objects AS (SELECT id FROM deployment_objects WHERE stack_id = @stackId),
                  health AS (
                      DELETE FROM deployment_health h USING objects d WHERE h.agent_id = ANY(@agents) AND h.deployment_object_id = d.id),
                  history AS (
                      DELETE FROM health_transitions h USING objects d WHERE h.agent_id = ANY(@agents) AND h.deployment_object_id = d.id),
                  requests AS (
                      DELETE FROM diagnostic_requests q USING objects d WHERE q.agent_id = ANY(@agents) AND q.deployment_object_id = d.id),
                  targets AS (DELETE FROM agent_targets WHERE stack_id = @stackId AND agent_id = ANY(@agents)),
                  placed AS (DELETE FROM placements WHERE stack_id = @stackId AND agent_id = ANY(@agents) RETURNING agent_id, status)
             {PlacementStore.UncountSql}
             """,
            new { stackId, agents }, ct);
        await db.TargetsChangedAsync(agents, ct, stackId);
        return agents.Length;
    }

    /// <summary>Once no agent has a target any more.</summary>
    private static Task<int> RemoveObjectsAsync(BrokerDb db, Guid stackId, int batch, CancellationToken ct) => db.RunAsync(
        """
        DELETE FROM deployment_objects WHERE id IN (
            SELECT id FROM deployment_objects WHERE stack_id = @stackId AND NOT EXISTS (SELECT FROM agent_targets WHERE stack_id = @stackId)
             LIMIT @batch)
        """,
        new { stackId, batch }, ct);
}
