using Brokkr.Broker.Storage;
using LinqToDB.Data;

namespace Brokkr.Broker.Fleet;

/// <summary>
/// Keeps <c>placements</c> in step with targets and deployment objects, within the transaction that changes them. Whoever changes those of
/// a stack holds the stack first, so that changes to one stack go one after another, and then the agents that it is about in the order of
/// their identifiers: reports hold their agent too, so that one in flight is waited for, and what it stored is removed with the rest.
/// </summary>
internal static class PlacementStore
{
    /// <summary>So many agents may come for the same change at once; more come within <see cref="SpreadSeconds"/>.</summary>
    public const int AtOnce = 100;

    public const int SpreadSeconds = 10;

    /// <summary>Counts the placements of held agents anew, after they changed. Needs the parameter <c>agents</c>.</summary>
    public const string TallySql = """
        INSERT INTO agent_tallies AS t
        SELECT a.id, COUNT(*) FILTER (WHERE p.status = 'failing'), COUNT(*) FILTER (WHERE p.status = 'degraded'),
               COUNT(*) FILTER (WHERE p.status = 'unknown'), COUNT(*) FILTER (WHERE p.status = 'healthy'), COUNT(p.agent_id) -
                 COUNT(p.status),
               CASE WHEN MIN(p.epoch) FILTER (WHERE p.status IS NOT NULL) = MAX(p.epoch) FILTER (WHERE p.status IS NOT NULL)
                    THEN MAX(p.epoch) FILTER (WHERE p.status IS NOT NULL) END,
               MAX(p.sequence) FILTER (WHERE p.status IS NOT NULL), BOOL_AND(p.confirmable) FILTER (WHERE p.status IS NOT NULL),
               MIN(p.received_at) FILTER (WHERE p.status IS NOT NULL), MAX(p.received_at) FILTER (WHERE p.status IS NOT NULL)
          FROM unnest(@agents::uuid[]) AS a(id) LEFT JOIN placements p ON p.agent_id = a.id GROUP BY a.id
        ON CONFLICT (agent_id) DO UPDATE
           SET failing = excluded.failing, degraded = excluded.degraded, unknown = excluded.unknown, healthy = excluded.healthy, awaited =
             excluded.awaited,
               epoch = excluded.epoch, last_sequence = excluded.last_sequence, all_confirmable = excluded.all_confirmable,
               first_received_at = excluded.first_received_at, last_received_at = excluded.last_received_at
        """;

    /// <summary>
    /// Takes removed placements <c>placed</c>, of which the agents are held, out of the tallies. What these say of all of an agent's
    /// placements is still true, and at worst says less than it could: then the agent's placements are looked at until its next report.
    /// </summary>
    public const string UncountSql = """
        UPDATE agent_tallies t
           SET failing = t.failing - g.failing, degraded = t.degraded - g.degraded, unknown = t.unknown - g.unknown,
               healthy = t.healthy - g.healthy, awaited = t.awaited - g.awaited
          FROM (SELECT agent_id, COUNT(*) FILTER (WHERE status = 'failing') AS failing,
                       COUNT(*) FILTER (WHERE status = 'degraded') AS degraded,
                       COUNT(*) FILTER (WHERE status = 'unknown') AS unknown, COUNT(*) FILTER (WHERE status = 'healthy') AS healthy,
                       COUNT(*) FILTER (WHERE status IS NULL) AS awaited FROM placed GROUP BY agent_id) g
         WHERE t.agent_id = g.agent_id
        """;

    /// <summary>Holds agents until the end of the transaction, and answers which there are. Needs the parameter <c>agents</c>.</summary>
    public const string HoldAgentsSql = "SELECT id FROM agents WHERE id = ANY(@agents) ORDER BY id FOR NO KEY UPDATE";

    /// <summary>
    /// Holds a stack until the end of the transaction; false where there is none. Everything else that refers to it passes.
    /// </summary>
    public static async Task<bool> HoldStackAsync(this BrokerDb db, Guid stackId, CancellationToken ct) =>
        await db.ExecuteAsync("UPDATE stacks SET name = name WHERE id = @stackId", ct, new DataParameter("stackId", stackId)) == 1;

    /// <summary>Holds an agent until the end of the transaction; false where there is none.</summary>
    public static async Task<bool> HoldAgentAsync(this BrokerDb db, Guid agentId, CancellationToken ct) =>
        await db.FindValueAsync<Guid>(HoldAgentsSql, new { agents = new[] { agentId } }, ct) is not null;

    /// <summary>Holds the agents that are targeted at a held stack, and answers which they are.</summary>
    public static async Task<Guid[]> HoldAgentsAsync(this BrokerDb db, Guid stackId, CancellationToken ct)
    {
        var agents = await db.ListAsync<Guid>(
            "SELECT a.id FROM agents a JOIN agent_targets t ON t.agent_id = a.id WHERE t.stack_id = @stackId ORDER BY a.id FOR NO KEY "
            + "UPDATE OF a",
            new { stackId }, ct);
        return [.. agents];
    }

    /// <summary>Adds the placements that a held stack's targets and newest deployment objects call for and that are missing.</summary>
    /// <param name="db">The transaction's connection.</param>
    /// <param name="stackId">The stack.</param>
    /// <param name="agentId">Only this agent's; null for every agent's.</param>
    /// <param name="objectId">Only this deployment object's; null for every one's.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>How many were added.</returns>
    public static async Task<long> AddPlacementsAsync(
        this BrokerDb db, Guid stackId, Guid? agentId, Guid? objectId, CancellationToken ct) =>
        (await db.FindValueAsync<long>(
        """
        WITH added AS (
            INSERT INTO placements (agent_id, deployment_object_id, stack_id, name)
            SELECT t.agent_id, d.id, d.stack_id, d.name FROM agent_targets t JOIN deployment_objects d ON d.stack_id = t.stack_id
             WHERE t.stack_id = @stackId AND d.superseded_at IS NULL
               AND (@agentId::uuid IS NULL OR t.agent_id = @agentId::uuid) AND (@objectId::uuid IS NULL OR d.id = @objectId::uuid)
            ON CONFLICT (agent_id, deployment_object_id) DO NOTHING
            RETURNING agent_id),
             counted AS (
            INSERT INTO agent_tallies AS t (agent_id, failing, degraded, unknown, healthy, awaited)
            SELECT agent_id, 0, 0, 0, 0, COUNT(*) FROM added GROUP BY agent_id
            ON CONFLICT (agent_id) DO UPDATE SET awaited = t.awaited + excluded.awaited)
        SELECT COUNT(*) FROM added
        """,
        new { stackId, agentId, objectId }, ct))!.Value;

    /// <summary>Gives what held agents are to run another number and tag, after it changed.</summary>
    /// <param name="db">The transaction's connection.</param>
    /// <param name="agents">The agents.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="deletedStack">The deleted stack that is removed with their targets, where it changed with its deletion.</param>
    public static async Task TargetsChangedAsync(this BrokerDb db, Guid[] agents, CancellationToken ct, Guid? deletedStack = null)
    {
        await db.RunAsync(
            $"""
             INSERT INTO agent_target_numbers AS n (agent_id, number, tag, changed_at, spread_seconds)
             SELECT a.id, COALESCE(f.number, 1) + 1,
                    CASE WHEN @deletedStack::uuid IS NULL THEN gen_random_uuid()
                         ELSE md5(COALESCE(f.tag, {TargetNumberStore.NoTag})::text || @deletedStack::uuid::text)::uuid END,
                    clock_timestamp(), @spread
               FROM unnest(@agents::uuid[]) AS a(id) LEFT JOIN agent_target_numbers f ON f.agent_id = a.id
             ON CONFLICT (agent_id) DO UPDATE
                SET number = n.number + 1, tag = excluded.tag, changed_at = excluded.changed_at, spread_seconds = excluded.spread_seconds
             """,
            new { agents, deletedStack, spread = agents.Length > AtOnce ? SpreadSeconds : 0 }, ct);
        await db.AnnounceTargetsAsync(ct);
    }

    /// <summary>Tells brokers that target states changed, once the transaction commits.</summary>
    public static Task<int> AnnounceTargetsAsync(this BrokerDb db, CancellationToken ct) =>
        db.ExecuteAsync($"SELECT pg_notify('{OpenDiagnosticStore.Channel}', '{TargetNumberStore.Changed}')", ct);

    /// <summary>Counts the placements of held agents anew, after they changed.</summary>
    public static Task TallyAsync(this BrokerDb db, Guid[] agents, CancellationToken ct) => db.RunAsync(TallySql, new { agents }, ct);
}
