using System.Data;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Groups what is wrong in the fleet: the work grows with that, and not with the fleet.</summary>
internal sealed class GroupStore(Func<BrokerDb> openDb, Staleness staleness)
{
    /// <summary>More rows than these are not grouped.</summary>
    public const int MostRows = 100_000;

    /// <summary>A page of the groups, worst first, and what an example of each says.</summary>
    public async Task<List<(GroupRow Group, VerdictRow? Example)>> ListAsync(HealthFilter filter, Page<GroupKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        await using var snapshot = await db.BeginReadingAsync(IsolationLevel.RepeatableRead, ct);
        var words = await db.LookUpAsync(filter, needsUnsettled: true, staleness.Seconds, ct);
        // Status after status, so that it is the worst that are looked at where they are too many.
        var meant =
            string.Join(" UNION ALL ", HealthWords.WorstFirst.Where(filter.Statuses.Contains).Select(s => Meant(filter, words, s.Text())));
        var groups = await db.ListAsync<GroupRow>(
            $"""
             WITH meant AS MATERIALIZED (SELECT * FROM ({meant}) m LIMIT {MostRows + 1}),
             each AS (
                 SELECT v.*, c.condition, {VerdictSql.Rank} AS rank FROM meant v CROSS JOIN LATERAL (
                     SELECT v.word AS condition WHERE v.word IS NOT NULL
                     UNION ALL SELECT unnest(v.conditions) WHERE v.word IS NULL
                     UNION ALL SELECT '' WHERE v.word IS NULL AND cardinality(v.conditions) = 0) c
                  WHERE {(filter.Conditions.Length == 0 ? "TRUE" : "c.condition = ANY(@conditions)")}),
             grouped AS (
                 SELECT stack_id, name, condition, MIN(rank) AS rank, COUNT(DISTINCT agent_id)::int AS agents,
                        MIN(since) FILTER (WHERE since {VerdictSql.Calendar}) AS since,
                        (ARRAY_AGG(deployment_object_id ORDER BY rank, since, agent_id))[1] AS example_object,
                        (ARRAY_AGG(agent_id ORDER BY rank, since, agent_id))[1] AS example_agent
                   FROM each GROUP BY stack_id, name, condition)
             SELECT (ARRAY['failing', 'degraded', 'unknown', 'healthy'])[g.rank + 1] AS status, g.stack_id, s.name AS stack_name, g.name,
                    g.condition, g.agents, g.since, g.example_object, g.example_agent, (SELECT COUNT(*) FROM meant)::int AS seen
               FROM grouped g JOIN stacks s ON s.id = g.stack_id
              WHERE @afterRank < 0 OR (g.rank, -g.agents, g.name, g.stack_id, g.condition COLLATE "C")
                    > (@afterRank, -@afterAgents, @afterName COLLATE "C", @afterStack, @afterCondition COLLATE "C")
              ORDER BY g.rank, -g.agents, g.name, g.stack_id, g.condition COLLATE "C" LIMIT @limit
             """,
            filter.Parameters(words, staleness.Seconds, page.Fetch, afterGroup: page.After), ct);
        var examples = await ReadAsync(db, groups, ct);
        return [.. groups.Select(g => (g, examples.GetValueOrDefault((g.ExampleObject, g.ExampleAgent))))];
    }

    private async Task<Dictionary<(Guid, Guid), VerdictRow>> ReadAsync(BrokerDb db, List<GroupRow> groups, CancellationToken ct)
    {
        var rows = await db.ListAsync<VerdictRow>(
            $"""
             SELECT v.deployment_object_id AS id, v.name, v.stack_id, s.name AS stack_name,
                    {VerdictSql.Columns("v.name, v.deployment_object_id, v.agent_id")}
               FROM (SELECT DISTINCT * FROM unnest(@objects::uuid[], @agents::uuid[]) AS e(deployment_object_id, agent_id)) e
               JOIN {VerdictSql.Verdicts} v ON v.deployment_object_id = e.deployment_object_id AND v.agent_id = e.agent_id
               JOIN stacks s ON s.id = v.stack_id {VerdictSql.Joins}
             """,
            new
            {
                objects = groups.Select(g => g.ExampleObject).ToArray(),
                agents = groups.Select(g => g.ExampleAgent).ToArray(),
                staleAfter = staleness.Seconds,
            }, ct);
        return rows.ToDictionary(r => (r.Id, r.AgentId!.Value));
    }

    private static string Meant(HealthFilter filter, FilterWords words, string status) => $"""
        SELECT v.stack_id, v.name, v.agent_id, v.deployment_object_id, v.status, v.word, v.conditions, v.since
          FROM {VerdictSql.Verdicts} v WHERE {(filter with { Statuses = [] }).ToSql(words, seeks: true)} AND {Of(status)}
        """;

    /// <summary>The reported status finds the index, and only an agent that is not heard can make it another one.</summary>
    private static string Of(string status) => status == "unknown"
        ? "v.status = 'unknown' AND (v.reported = 'unknown' OR v.agent_id = ANY(@unsettled))"
        : $"v.status = '{status}' AND v.reported = '{status}'";
}
