using Brokkr.Broker.Fleet;

namespace Brokkr.Broker.Health;

/// <summary>The broker's own words, and the SQL that decides when they take the place of what an agent reported.</summary>
internal static class VerdictSql
{
    public const string NoTarget = "NoTarget";
    public const string AwaitingReport = "AwaitingReport";
    public const string NeverReported = "NeverReported";
    public const string Stale = "Stale";

    /// <summary>
    /// A table expression: the verdict of each placement at this moment, by the database's clock. <see cref="Staleness"/> says which
    /// are stale, and which parameter that needs.
    /// </summary>
    public const string Verdicts = $"""
        (SELECT agent_id, deployment_object_id, stack_id, name, conditions, digest, status AS reported, checked_at,
                CASE WHEN status IS NOT NULL THEN received_at END AS received_at,
                CASE WHEN status IS NULL OR stale_at < NOW() THEN 'unknown' ELSE status END AS status,
                CASE WHEN status IS NULL THEN CASE WHEN stale_at < NOW() THEN '{NeverReported}' ELSE '{AwaitingReport}' END
                     WHEN stale_at < NOW() THEN '{Stale}' END AS word,
                CASE WHEN stale_at < NOW() THEN status END AS last_known_status,
                CASE WHEN stale_at < NOW() THEN stale_at ELSE since END AS since
           FROM (SELECT *, received_at + {Staleness.Allowed} AS stale_at FROM standing_placements) placed)
        """;

    /// <summary>What <see cref="VerdictRow"/> needs, from a verdict v, its agent a and the reported document h.</summary>
    public const string Columns = """
        v.agent_id, a.name AS agent_name, v.status, v.word, v.last_known_status, v.since, v.checked_at, v.received_at,
        h.summary::text AS summary
        """;

    public const string Joins = """
        LEFT JOIN agents a ON a.id = v.agent_id
        LEFT JOIN deployment_health h ON h.agent_id = v.agent_id AND h.deployment_object_id = v.deployment_object_id
        """;

    /// <summary>Whether a condition is a word that the broker itself puts beside the reported ones.</summary>
    public static bool IsOwnWord(string condition) => condition is AwaitingReport or NeverReported or Stale;
}
