using System.Data;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Reads what stands for deployment objects; the broker's own words are decided here, by the database's clock.</summary>
internal sealed class HealthStore(Func<BrokerDb> openDb, Staleness staleness)
{
    /// <summary>What each targeted agent says about one deployment object; empty where there is no such object.</summary>
    public async Task<List<VerdictRow>> ReadObjectAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<VerdictRow>(
            $"""
             SELECT d.id, d.name, d.stack_id, d.superseded_at IS NOT NULL AS is_superseded, {VerdictSql.Columns}
               FROM deployment_objects d LEFT JOIN {VerdictSql.Verdicts} v ON v.deployment_object_id = d.id {VerdictSql.Joins}
              WHERE d.id = @id AND d.stack_id NOT IN {DeletedStackSql.Stacks} ORDER BY a.name
             """,
            new { id, staleAfter = staleness.Seconds }, ct);
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
    /// A page of the newest deployment objects of a stack by name with what each targeted agent says, and how many verdicts of each status
    /// there are.
    /// </summary>
    public async Task<(List<VerdictRow> Rows, StatusCounts Counts)> ReadStackAsync(Guid stackId, Page<PlaceKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        await using var snapshot = await db.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var rows = await db.ListAsync<VerdictRow>(
            $"""
             WITH page AS (
                 SELECT id, name, stack_id FROM deployment_objects
                  WHERE stack_id = @stackId AND superseded_at IS NULL AND name COLLATE "C" > @after ORDER BY name COLLATE "C" LIMIT @limit)
             SELECT d.id, d.name, d.stack_id, {VerdictSql.Columns}
               FROM page d LEFT JOIN {VerdictSql.Verdicts} v ON v.deployment_object_id = d.id {VerdictSql.Joins}
              ORDER BY d.name COLLATE "C", a.name
             """,
            new { stackId, after = page.After?.Name ?? "", limit = page.Fetch, staleAfter = staleness.Seconds }, ct);
        return (rows, await db.CountVerdictsAsync(new() { StackId = stackId }, FilterWords.None, staleness.Seconds, ct));
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
             SELECT v.deployment_object_id AS id, v.name, v.stack_id, {VerdictSql.Columns} FROM v {VerdictSql.Joins}
               ORDER BY v.stack_id, v.name
             """,
            new
            {
                agentId,
                afterStack = page.After?.StackId ?? Guid.Empty,
                after = page.After?.Name
            ?? "",
                limit = page.Fetch,
                staleAfter = staleness.Seconds
            }, ct);
        return (rows, await db.CountVerdictsAsync(new() { AgentId = agentId }, FilterWords.None, staleness.Seconds, ct));
    }
}
