using System.Data;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using LinqToDB.Data;
using Word = Brokkr.V1.HealthStatus.Types.Word;

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
             SELECT d.id, d.name, d.stack_id, {VerdictSql.Columns}
               FROM deployment_objects d LEFT JOIN {VerdictSql.Verdicts} v ON v.deployment_object_id = d.id {VerdictSql.Joins}
              WHERE d.id = @id ORDER BY a.name
             """,
            new { id, staleAfter = staleness.Seconds }, ct);
    }

    public async Task<bool> ExistsAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindValueAsync<Guid>("SELECT id FROM deployment_objects WHERE id = @id", new { id }, ct) is not null;
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
        return (rows, await CountAsync(db, new() { StackId = stackId }, FilterWords.None, ct));
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
        return (rows, await CountAsync(db, new() { AgentId = agentId }, FilterWords.None, ct));
    }

    /// <summary>A page of the fleet's verdicts by name, and how many of each status there are under the other filters.</summary>
    public async Task<(List<VerdictRow> Rows, StatusCounts Counts)> ListAsync(HealthFilter filter, Page<VerdictKey> page,
        CancellationToken ct)
    {
        await using var db = openDb();
        await using var snapshot = await db.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        // Which plan is good depends on what is asked for, each time anew.
        await db.ExecuteAsync("SET LOCAL plan_cache_mode = force_custom_plan", ct);
        var words = filter.IsTallied ? FilterWords.None : await db.LookUpAsync(filter, staleness.Seconds, ct);
        var counts = await CountAsync(db, filter with { Status = null }, words, ct);
        var matches = counts.Of(filter.Status);
        if (matches == 0)
            return ([], counts);
        var seeks = IsSooner(filter, matches, page.Fetch, filter.IsTallied ? counts.Total : words.Total);
        // Many rows are soon found in the order of the list, sooner than workers are started; the planner, who cannot know how many rows
        // hold what is computed, would sort them all. Few are sought first and sorted then.
        if (!seeks)
            await db.ExecuteAsync("SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL enable_sort = off", ct);
        var after = page.After ?? VerdictKey.First;
        var rows = await db.ListAsync<VerdictRow>(
            $"""
             WITH found AS {(seeks ? "MATERIALIZED" : "NOT MATERIALIZED")} (
                 SELECT * FROM {VerdictSql.Verdicts} v
                  WHERE {filter.ToSql(words, seeks)} AND (v.name, v.deployment_object_id, v.agent_id) > (@afterName, @afterObject,
                    @afterAgent)),
             v AS (SELECT * FROM found ORDER BY name, deployment_object_id, agent_id LIMIT @limit)
             SELECT v.deployment_object_id AS id, v.name, v.stack_id, s.name AS stack_name, {VerdictSql.Columns}
               FROM v JOIN stacks s ON s.id = v.stack_id {VerdictSql.Joins} ORDER BY v.name, v.deployment_object_id, v.agent_id
             """,
            new
            {
                staleAfter = staleness.Seconds,
                status = filter.Status?.Text(),
                condition = filter.Condition,
                stackId = filter.StackId,
                agentId = filter.AgentId,
                text = filter.Text,
                names = words.Names ?? [],
                stacks = words.Stacks,
                agents = words.Agents,
                unsettled = words.Unsettled,
                afterName = after.Name,
                afterObject = after.ObjectId,
                afterAgent = after.AgentId,
                limit = page.Fetch,
            }, ct);
        return (rows, counts);
    }

    /// <summary>
    /// Whether seeking out all that matches costs less than reading in the order of the list until a page is full, which takes the more
    /// rows the rarer a match is. Under a status alone an index holds nearly only matches in that order; where a text decides, the matches
    /// stand together somewhere in it, and that may be at its end. Pure.
    /// </summary>
    private static bool IsSooner(HealthFilter filter, long matches, long page, long total) => filter switch
    {
        { Text: not null } => matches < total / 4,
        { Status: not (null or Word.Unknown), Condition: null, StackId: null, AgentId: null } => matches < page,
        _ => matches * matches < page * total,
    };

    private async Task<StatusCounts> CountAsync(BrokerDb db, HealthFilter filter, FilterWords words, CancellationToken ct)
    {
        var rows = await db.ListAsync<StatusCountRow>(
            filter.IsTallied
                ? TallySql.Count
                : $"SELECT v.status, COUNT(*)::int AS count FROM {VerdictSql.Verdicts} v WHERE {filter.ToSql(words, seeks: true)} GROUP "
                + "BY v.status",
            new
            {
                staleAfter = staleness.Seconds,
                condition = filter.Condition,
                stackId = filter.StackId,
                agentId = filter.AgentId,
                text = filter.Text,
                names = words.Names ?? [],
                stacks = words.Stacks,
                agents = words.Agents,
                unsettled = words.Unsettled,
            }, ct);
        return StatusCounts.Of(rows);
    }
}
