using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Counts what each filter could narrow to, within the snapshot of the list that shows it.</summary>
internal static class FacetStore
{
    /// <summary>How many values of each filter are told.</summary>
    private const int MostValues = 20;

    private static readonly string Few = $"LIMIT {HealthFacets.MostRows + 1}";

    /// <summary>
    /// One statement for all filters. Of rows without a condition, which are the most, none is looked at for the conditions.
    /// </summary>
    public static async Task<HealthFacets> CountFacetsAsync(
        this BrokerDb db, HealthFilter filter, FilterWords words, int staleAfter, CancellationToken ct)
    {
        var conditions = Meant(filter with { Conditions = [] }, words, "AND (v.conditions <> '{}' OR v.agent_id = ANY(@unsettled))");
        var stacks = Meant(filter with { StackId = null }, words);
        var agents = Meant(filter with { AgentId = null }, words);
        return new(await db.ListAsync<FacetRow>(
            $"""
             (WITH meant AS ({conditions})
              SELECT '{FacetRow.Condition}' AS filter, w.value, w.value AS name, COUNT(*)::int AS count,
                     (SELECT COUNT(*) FROM meant)::int AS seen
                FROM meant m CROSS JOIN LATERAL (SELECT unnest(m.conditions) UNION SELECT m.word WHERE m.word IS NOT NULL) w(value)
               GROUP BY w.value ORDER BY count DESC, w.value LIMIT {MostValues})
             UNION ALL
             (WITH meant AS ({stacks})
              SELECT '{FacetRow.Stack}', s.id::text, s.name, g.count, (SELECT COUNT(*) FROM meant)::int
                FROM (SELECT stack_id, COUNT(*)::int AS count FROM meant GROUP BY stack_id) g JOIN stacks s ON s.id = g.stack_id
               ORDER BY g.count DESC, s.name LIMIT {MostValues})
             UNION ALL
             (WITH meant AS ({agents})
              SELECT '{FacetRow.Agent}', a.id::text, a.name, g.count, (SELECT COUNT(*) FROM meant)::int
                FROM (SELECT agent_id, COUNT(*)::int AS count FROM meant GROUP BY agent_id) g JOIN agents a ON a.id = g.agent_id
               ORDER BY g.count DESC, a.name LIMIT {MostValues})
             """,
            filter.Parameters(words, staleAfter, limit: 0), ct));
    }

    private static string Meant(HealthFilter filter, FilterWords words, string further = "") => $"""
        SELECT v.stack_id, v.agent_id, v.conditions, v.word FROM {VerdictSql.Verdicts} v
         WHERE {filter.ToSql(words, seeks: true)} {further} {Few}
        """;
}
