namespace Brokkr.Broker.Fleet;

/// <summary>
/// Counts the fleet by <c>standing_tallies</c>, and exactly: placements are looked at where some of an agent's went stale and some did not.
/// </summary>
internal static class TallySql
{
    /// <summary>How many verdicts of each status there are at this moment. Needs the parameter of <see cref="Staleness"/>.</summary>
    public const string Count = $"{Tallies} {Counts}";

    /// <summary>The same of <see cref="Tallies"/>.</summary>
    public const string Counts = $"""
        SELECT status, SUM(count)::int AS count
          FROM (SELECT c.status, c.count FROM counted CROSS JOIN LATERAL (VALUES
                       ('failing', failing), ('degraded', degraded), ('unknown', unknown + awaited), ('healthy', healthy)) AS c(status,
                         count) WHERE all_fresh
                UNION ALL
                SELECT 'unknown', failing + degraded + unknown + healthy + awaited FROM counted WHERE all_stale AND NOT all_fresh
                UNION ALL
                SELECT v.status, COUNT(*) FROM {VerdictSql.Verdicts} v
                 WHERE v.agent_id IN ({Mixed}) GROUP BY v.status) parts
         GROUP BY status
        """;

    /// <summary>
    /// What all agents run, and which of them may have something stale and something that was not reported: each agent is looked at once
    /// and kept nowhere, which takes half as long as keeping them all. Needs the same parameter.
    /// </summary>
    public const string Tallies = $"""
        WITH counted AS (
            SELECT all_fresh IS TRUE AS all_fresh, all_stale IS TRUE AS all_stale, SUM(failing) AS failing, SUM(degraded) AS degraded,
                   SUM(unknown) AS unknown, SUM(healthy) AS healthy, SUM(awaited) AS awaited,
                   ARRAY_AGG(agent_id) FILTER (WHERE all_fresh IS NOT TRUE) AS lapsing,
                   ARRAY_AGG(agent_id) FILTER (WHERE awaited > 0) AS awaiting
              FROM ({Judged}) judged GROUP BY 1, 2)
        """;

    /// <summary>
    /// How many verdicts of each status there are at this moment, and how many are stale, in one row and one look. Needs the same
    /// parameter.
    /// </summary>
    public const string Sample = $"""
        {Tallies}
        SELECT COALESCE(SUM(failing), 0)::int AS failing, COALESCE(SUM(degraded), 0)::int AS degraded,
               COALESCE(SUM(unknown), 0)::int AS unknown, COALESCE(SUM(healthy), 0)::int AS healthy, COALESCE(SUM(stale), 0)::int AS stale
          FROM (SELECT failing, degraded, unknown + awaited AS unknown, healthy, 0 AS stale FROM counted WHERE all_fresh
                UNION ALL
                SELECT 0, 0, failing + degraded + unknown + healthy + awaited, 0, failing + degraded + unknown + healthy
                  FROM counted WHERE all_stale AND NOT all_fresh
                UNION ALL
                SELECT {ByStatus}, COUNT(*) FILTER (WHERE v.word = '{VerdictSql.Stale}') FROM {VerdictSql.Verdicts} v
                 WHERE v.agent_id IN ({Mixed})) parts
        """;

    /// <summary>
    /// The agents of which something may be stale: of every other one what was reported counts. Needs the same parameter.
    /// </summary>
    public const string NotFresh = $"SELECT agent_id FROM ({Judged}) j WHERE all_fresh IS NOT TRUE";

    /// <summary>
    /// How many verdicts of each status an agent <c>a</c> has at this moment: one row, with a column for each status. Needs the same
    /// parameter.
    /// </summary>
    public const string OfAgent = $"""
        SELECT COALESCE(SUM(c.failing), 0)::int AS failing, COALESCE(SUM(c.degraded), 0)::int AS degraded,
               COALESCE(SUM(c.unknown), 0)::int AS unknown, COALESCE(SUM(c.healthy), 0)::int AS healthy
          FROM (SELECT j.* FROM ({Judged}) j WHERE j.agent_id = a.id) j
         CROSS JOIN LATERAL (
               SELECT j.failing, j.degraded, j.unknown + j.awaited AS unknown, j.healthy WHERE j.all_fresh
               UNION ALL
               SELECT 0, 0, j.failing + j.degraded + j.unknown + j.healthy + j.awaited, 0 WHERE j.all_stale AND j.all_fresh IS NOT TRUE
               UNION ALL
               SELECT {ByStatus} FROM {VerdictSql.Verdicts} v
                WHERE v.agent_id = j.agent_id AND j.all_fresh IS NOT TRUE AND j.all_stale IS NOT TRUE) c
        """;

    /// <summary>How many verdicts <c>v</c> have each status, in a column for each.</summary>
    public const string ByStatus = """
        (COUNT(*) FILTER (WHERE v.status = 'failing'))::int AS failing, (COUNT(*) FILTER (WHERE v.status = 'degraded'))::int AS degraded,
        (COUNT(*) FILTER (WHERE v.status = 'unknown'))::int AS unknown, (COUNT(*) FILTER (WHERE v.status = 'healthy'))::int AS healthy
        """;

    /// <summary>0 for the worst of counts <c>c</c> and 3 for the best, as the statuses are ordered.</summary>
    public const string WorstRank =
        "CASE WHEN c.failing > 0 THEN 0 WHEN c.degraded > 0 THEN 1 WHEN c.unknown > 0 THEN 2 ELSE 3 END";

    /// <summary>How what each agent runs was heard of: the numbers as such that are quickly added up.</summary>
    private const string Judged = $"""
        SELECT t.agent_id, t.failing::int AS failing, t.degraded::int AS degraded, t.unknown::int AS unknown, t.healthy::int AS healthy,
               t.awaited::int AS awaited,
               t.first_received_at IS NULL OR t.first_received_at >= t.cutoff
                 OR (t.all_confirmable AND t.last_sequence <= t.confirmed_through AND t.confirmed_at >= t.cutoff) AS all_fresh,
               t.epoch IS NOT NULL AND t.last_received_at < t.cutoff AND (t.confirmed_at IS NULL OR t.confirmed_at < t.cutoff) AS all_stale
          FROM (SELECT t.*, s.confirmed_through, s.confirmed_at, NOW() - {Staleness.Allowed} AS cutoff
                  FROM standing_tallies t LEFT JOIN agent_sessions s ON s.epoch = t.epoch) t
        """;

    /// <summary>The agents of which some verdicts went stale and some did not.</summary>
    private const string Mixed = "SELECT unnest(lapsing) FROM counted WHERE NOT all_fresh AND NOT all_stale";
}
