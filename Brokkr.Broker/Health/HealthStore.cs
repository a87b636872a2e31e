using System.Data;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Reads what stands for deployment objects; the broker's own words are decided here, by the database's clock.</summary>
internal sealed class HealthStore(Func<BrokerDb> openDb, Staleness staleness)
{
    /// <summary>
    /// What the worst of its agents say about one deployment object, and what all come to; null where there is no such object.
    /// </summary>
    /// <param name="id">The deployment object.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="agentId">Only this agent; null for every one.</param>
    /// <param name="agentName">Only the agent of this name; empty for every one.</param>
    /// <param name="after">Behind which agent; null for the worst.</param>
    public async Task<ObjectVerdicts?> ReadObjectAsync(
        Guid id, CancellationToken ct, Guid? agentId = null, string agentName = "", AgentVerdictKey? after = null)
    {
        await using var db = openDb();
        await using var snapshot = await db.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var (afterRank, afterAgent) = (after?.Status.Rank() ?? -1, after?.Agent ?? "");
        var rows = await db.ListAsync<VerdictRow>(
            ObjectVerdictSql.Rows($"""
                SELECT d.id, d.name, d.stack_id, d.superseded_at IS NOT NULL AS is_superseded FROM deployment_objects d
                 WHERE d.id = @id AND d.stack_id NOT IN {DeletedStackSql.Stacks}
                """),
            new { id, agentId, agentName, afterRank, afterAgent, staleAfter = staleness.Seconds }, ct);
        if (rows.Count == 0)
            return null;
        var isPart = after is not null || rows[0].AgentsTotal > ObjectVerdictSql.Shown;
        return new(rows, isPart ? await RollUpAsync(db, [id], agentId, agentName, ct) : []);
    }

    /// <summary>The standing deployment objects of a stack, the worst first, with how many agents say what of each.</summary>
    public async Task<List<HeldRow>> ListHeldAsync(Guid stackId, int limit, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<HeldRow>(
            $"""
             SELECT d.id, d.name, d.revision, d.created_at, c.* FROM deployment_objects d
              CROSS JOIN LATERAL (
                SELECT {TallySql.ByStatus} FROM {VerdictSql.Verdicts} v WHERE v.deployment_object_id = d.id) c
              WHERE d.stack_id = @stackId AND d.superseded_at IS NULL
              ORDER BY c.failing > 0 DESC, c.degraded > 0 DESC, c.unknown > 0 DESC, d.name LIMIT @limit
             """,
            new { stackId, limit, staleAfter = staleness.Seconds }, ct);
    }

    public async Task<bool> ExistsAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindValueAsync<Guid>(
            $"SELECT id FROM deployment_objects WHERE id = @id AND stack_id NOT IN {DeletedStackSql.Stacks}", new { id }, ct) is not null;
    }

    /// <summary>
    /// A page of the newest deployment objects of a stack by name with what the worst of its agents say of each, and how many verdicts of
    /// each status there are.
    /// </summary>
    public async Task<(ObjectVerdicts Verdicts, StatusCounts Counts)> ReadStackAsync(
        Guid stackId, Page<PlaceKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        await using var snapshot = await db.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var rows = await db.ListAsync<VerdictRow>(
            ObjectVerdictSql.Rows("""
                SELECT d.id, d.name, d.stack_id, FALSE AS is_superseded FROM deployment_objects d
                 WHERE d.stack_id = @stackId AND d.superseded_at IS NULL AND d.name COLLATE "C" > @after
                 ORDER BY d.name COLLATE "C" LIMIT @limit
                """),
            new
            {
                stackId,
                after = page.After?.Name ?? "",
                limit = page.Fetch,
                agentId = (Guid?)null,
                agentName = "",
                afterRank = -1,
                afterAgent = "",
                staleAfter = staleness.Seconds,
            }, ct);
        var parts = rows.Where(r => r.AgentsTotal > ObjectVerdictSql.Shown).Select(r => r.Id).Distinct().ToArray();
        var all = parts.Length == 0 ? [] : await RollUpAsync(db, parts, null, "", ct);
        return (new(rows, all),
            await db.CountVerdictsAsync(new() { StackId = stackId }, FilterWords.None, staleness.Seconds, ct));
    }

    /// <summary>A page of what one agent is responsible for by stack and name, and how many verdicts of each status there are.</summary>
    public async Task<(List<VerdictRow> Rows, StatusCounts Counts)> ReadAgentAsync(Guid agentId, Page<PlaceKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        await using var snapshot = await db.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var rows = await db.ListAsync<VerdictRow>(
            $"""
             WITH v AS (
                 SELECT * FROM {VerdictSql.Verdicts} v
                  WHERE v.agent_id = @agentId AND (v.stack_id, v.name) > (@afterStack, @after) ORDER BY v.stack_id, v.name LIMIT @limit)
             SELECT v.deployment_object_id AS id, v.name, v.stack_id, {VerdictSql.Columns("v.stack_id, v.name")} FROM v {VerdictSql.Joins}
               ORDER BY v.stack_id, v.name
             """,
            new
            {
                agentId,
                afterStack = page.After?.StackId ?? Guid.Empty,
                after = page.After?.Name ?? "",
                limit = page.Fetch,
                staleAfter = staleness.Seconds,
            }, ct);
        return (rows, await db.CountVerdictsAsync(new() { AgentId = agentId }, FilterWords.None, staleness.Seconds, ct));
    }

    private Task<List<RollupRow>> RollUpAsync(BrokerDb db, Guid[] ids, Guid? agentId, string agentName, CancellationToken ct) =>
        db.ListAsync<RollupRow>(ObjectVerdictSql.Rollups, new { ids, agentId, agentName, staleAfter = staleness.Seconds }, ct);
}
