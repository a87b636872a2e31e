using Brokkr.Broker.Fleet;

namespace Brokkr.Broker.Health;

/// <summary>
/// Counts the fleet by <c>agent_tallies</c>, and exactly: placements are looked at where some of an agent's went stale and some did not.
/// </summary>
internal static class TallySql
{
    /// <summary>How many verdicts of each status there are at this moment. Needs the parameter of <see cref="Staleness"/>.</summary>
    public const string Count = $"""
        {Tallies}
        SELECT status, SUM(count)::int AS count
          FROM (SELECT c.status, c.count FROM counted CROSS JOIN LATERAL (VALUES
                       ('failing', failing), ('degraded', degraded), ('unknown', unknown + awaited), ('healthy', healthy)) AS c(status,
                         count) WHERE all_fresh
                UNION ALL
                SELECT 'unknown', failing + degraded + unknown + healthy + awaited FROM counted WHERE all_stale AND NOT all_fresh
                UNION ALL
                SELECT v.status, COUNT(*) FROM {VerdictSql.Verdicts} v
                 WHERE v.agent_id IN (SELECT agent_id FROM judged WHERE all_fresh IS NOT TRUE AND all_stale IS NOT TRUE)
                   GROUP BY v.status) parts
         GROUP BY status
        """;

    /// <summary>How many verdicts are stale at this moment. Needs the same parameter.</summary>
    public const string Stale = $"""
        {Tallies}
        SELECT (COALESCE((SELECT failing + degraded + unknown + healthy FROM counted WHERE all_stale AND NOT all_fresh), 0)
                + (SELECT COUNT(*) FROM {VerdictSql.Verdicts} v
                    WHERE v.word = '{VerdictSql.Stale}' AND v.agent_id IN (SELECT agent_id FROM judged WHERE all_fresh IS NOT TRUE
                      AND all_stale IS NOT TRUE)))::int AS count
        """;

    /// <summary>
    /// The agents of which something may be stale: of every other one what was reported counts. Needs the same parameter.
    /// </summary>
    public const string NotFresh = $"{Tallies} SELECT agent_id FROM judged WHERE all_fresh IS NOT TRUE";

    /// <summary>The agents of which something was not reported.</summary>
    public const string Awaited = "SELECT agent_id FROM agent_tallies WHERE awaited > 0";

    private const string Tallies = $"""
        WITH judged AS (
            SELECT t.*, t.first_received_at IS NULL OR t.first_received_at >= t.cutoff
                        OR (t.all_confirmable AND t.last_sequence <= t.confirmed_through AND t.confirmed_at >= t.cutoff) AS all_fresh,
                   t.epoch IS NOT NULL AND t.last_received_at < t.cutoff AND (t.confirmed_at IS NULL
                     OR t.confirmed_at < t.cutoff) AS all_stale
              FROM (SELECT t.*, s.confirmed_through, s.confirmed_at, NOW() - {Staleness.Allowed} AS cutoff
                      FROM agent_tallies t LEFT JOIN agent_sessions s ON s.epoch = t.epoch) t),
        counted AS (
            SELECT COALESCE(all_fresh, FALSE) AS all_fresh, COALESCE(all_stale, FALSE) AS all_stale, SUM(failing) AS failing, SUM(degraded)
              AS degraded,
                   SUM(unknown) AS unknown, SUM(healthy) AS healthy, SUM(awaited) AS awaited
              FROM judged GROUP BY 1, 2)
        """;
}
