using System.Data;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Lists how statuses changed in the whole fleet.</summary>
internal sealed class ChangeStore(Func<BrokerDb> openDb, HealthOptions options, Staleness staleness)
{
    /// <summary>A page of the changes, newest first.</summary>
    public async Task<List<TransitionRow>> ListAsync(ChangeFilter filter, Page<ChangeKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginReadingAsync(IsolationLevel.ReadCommitted, ct);
        return await db.ListAsync<TransitionRow>(
            $"""
             WITH unheard AS ({TallySql.NotFresh}),
             drawn AS ({TransitionSql.Drawn} AND v.agent_id IN (SELECT agent_id FROM unheard)),
             t AS (
                 (SELECT {TransitionSql.Fields} FROM health_transitions t
                   WHERE {Meant(filter, page)} AND t.deployment_object_id NOT IN {DeletedStackSql.Objects} AND {TransitionSql.IsKept}
                   ORDER BY {TransitionSql.NewestFirst} LIMIT @limit)
                 UNION ALL
                 (SELECT * FROM drawn t WHERE {Meant(filter, page)} ORDER BY {TransitionSql.NewestFirst} LIMIT @limit))
             SELECT {TransitionSql.Columns}, d.name AS object_name, d.stack_id, s.name AS stack_name
               FROM t JOIN agents a ON a.id = t.agent_id JOIN deployment_objects d ON d.id = t.deployment_object_id
               JOIN stacks s ON s.id = d.stack_id
              ORDER BY {TransitionSql.NewestFirst} LIMIT @limit
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
                historyDays = options.HistoryDays,
            }, ct);
    }

    private static string Meant(ChangeFilter filter, Page<ChangeKey> page) => string.Join(" AND ", new[]
    {
        filter.Since is null ? null : "t.at >= @since",
        filter.AgentId is null ? null : "t.agent_id = @agentId",
        filter.StackId is null
            ? null
            : "EXISTS (SELECT FROM deployment_objects d WHERE d.id = t.deployment_object_id AND d.stack_id = @stackId)",
        page.After is null
            ? null
            : "t.at <= @before AND (t.at, t.agent_id, t.deployment_object_id, t.id) < (@before, @beforeAgent, @beforeObject, @beforeId)",
    }.OfType<string>().DefaultIfEmpty("TRUE"));
}
