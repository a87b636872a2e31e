using System.Data;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using LinqToDB.Data;

namespace Brokkr.Broker.Health;

/// <summary>Lists how statuses changed in the whole fleet.</summary>
internal sealed class ChangeStore(Func<BrokerDb> openDb, Staleness staleness)
{
    /// <summary>
    /// A page of the changes, newest first. What is stale now has no row for that yet, the next report writes it: until then it is drawn
    /// from the clock, with the largest number.
    /// </summary>
    public async Task<List<TransitionRow>> ListAsync(ChangeFilter filter, Page<ChangeKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        // Which plan is good depends on what is asked for, each time anew.
        await db.ExecuteAsync("SET LOCAL plan_cache_mode = force_custom_plan", ct);
        return await db.ListAsync<TransitionRow>(
            $"""
             WITH unheard AS ({TallySql.NotFresh}),
             t AS (
                 (SELECT t.id, t.agent_id, t.deployment_object_id, t.from_status, t.to_status, t.conditions, t.at
                    FROM health_transitions t WHERE {Meant(filter, page)} ORDER BY {Newest} LIMIT @limit)
                 UNION ALL
                 (SELECT * FROM (
                      SELECT {long.MaxValue} AS id, v.agent_id, v.deployment_object_id, v.reported AS from_status, 'unknown' AS to_status,
                             ARRAY['{VerdictSql.Stale}'] AS conditions, v.since AS at
                        FROM {VerdictSql.Verdicts} v
                       WHERE v.agent_id IN (SELECT agent_id FROM unheard) AND v.word = '{VerdictSql.Stale}' AND v.reported <> 'unknown') t
                   WHERE {Meant(filter, page)} ORDER BY {Newest} LIMIT @limit))
             SELECT t.*, a.name AS agent_name, d.name AS object_name, d.stack_id, s.name AS stack_name
               FROM t JOIN agents a ON a.id = t.agent_id JOIN deployment_objects d ON d.id = t.deployment_object_id
               JOIN stacks s ON s.id = d.stack_id
              ORDER BY {Newest} LIMIT @limit
             """,
            new
            {
                since = filter.Since?.UtcDateTime,
                stackId = filter.StackId,
                agentId = filter.AgentId,
                before = page.After?.At.UtcDateTime,
                beforeId = page.After?.Id ?? 0,
                beforeAgent = page.After?.AgentId ?? Guid.Empty,
                beforeObject = page.After?.ObjectId ?? Guid.Empty,
                limit = page.Fetch,
                staleAfter = staleness.Seconds,
            }, ct);
    }

    private const string Newest = "t.at DESC, t.id DESC, t.agent_id DESC, t.deployment_object_id DESC";

    private static string Meant(ChangeFilter filter, Page<ChangeKey> page) => string.Join(" AND ", new[]
    {
        filter.Since is null ? null : "t.at >= @since",
        filter.AgentId is null ? null : "t.agent_id = @agentId",
        filter.StackId is null
            ? null
            : "EXISTS (SELECT FROM deployment_objects d WHERE d.id = t.deployment_object_id AND d.stack_id = @stackId)",
        page.After is null
            ? null
            : "t.at <= @before AND (t.at, t.id, t.agent_id, t.deployment_object_id) < (@before, @beforeId, @beforeAgent, @beforeObject)",
    }.OfType<string>().DefaultIfEmpty("TRUE"));
}
