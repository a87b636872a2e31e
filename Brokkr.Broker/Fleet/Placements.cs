using Brokkr.Broker.Storage;
using LinqToDB;
using LinqToDB.Data;

namespace Brokkr.Broker.Fleet;

/// <summary>
/// Keeps <c>placements</c> in step with targets and deployment objects. Whoever changes those of a stack holds the stack first, so that
/// changes to one stack go one after another; and takes placements away before what they stand on, so that a report in flight, which holds
/// the placements that it writes, is waited for and removed with them.
/// </summary>
internal static class Placements
{
    /// <summary>Holds a stack until the end of the transaction; false where there is none. Everything else that refers to it passes.</summary>
    public static async Task<bool> HoldStackAsync(this BrokerDb db, Guid stackId, CancellationToken ct) =>
        await db.ExecuteAsync("UPDATE stacks SET name = name WHERE id = @stackId", ct, new DataParameter("stackId", stackId)) == 1;

    /// <summary>Adds the placements that a held stack's targets and newest deployment objects call for and that are missing.</summary>
    /// <param name="db">The transaction's connection.</param>
    /// <param name="stackId">The stack.</param>
    /// <param name="agentId">Only this agent's; null for every agent's.</param>
    /// <param name="objectId">Only this deployment object's; null for every one's.</param>
    /// <param name="ct">Ends the wait.</param>
    public static Task AddPlacementsAsync(this BrokerDb db, Guid stackId, Guid? agentId, Guid? objectId, CancellationToken ct) => db.ExecuteAsync(
        """
        INSERT INTO placements (agent_id, deployment_object_id, stack_id, name)
        SELECT t.agent_id, d.id, d.stack_id, d.name FROM agent_targets t JOIN deployment_objects d ON d.stack_id = t.stack_id
         WHERE t.stack_id = @stackId AND d.superseded_at IS NULL
           AND (@agentId::uuid IS NULL OR t.agent_id = @agentId::uuid) AND (@objectId::uuid IS NULL OR d.id = @objectId::uuid)
        ON CONFLICT (agent_id, deployment_object_id) DO NOTHING
        """,
        ct, new DataParameter("stackId", stackId), new DataParameter("agentId", agentId, DataType.Guid), new DataParameter("objectId", objectId, DataType.Guid));
}
