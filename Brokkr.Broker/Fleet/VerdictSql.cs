namespace Brokkr.Broker.Fleet;

/// <summary>The broker's own words, and the SQL that decides when they take the place of what an agent reported.</summary>
internal static class VerdictSql
{
    public const string NoTarget = "NoTarget";
    public const string Superseded = "Superseded";
    public const string AwaitingReport = "AwaitingReport";
    public const string NeverReported = "NeverReported";
    public const string Stale = "Stale";

    /// <summary>Something stored cannot be read as what it should be.</summary>
    public const string Unreadable = "Unreadable";

    /// <summary>A reported time lay more than a day ahead; stored beside the reported conditions.</summary>
    public const string ClockSkew = "ClockSkew";

    /// <summary>The statuses that the contracts know.</summary>
    public const string KnownWords = "('failing', 'degraded', 'unknown', 'healthy')";

    /// <summary>The place of a verdict <c>v</c> among others, the worst first.</summary>
    public const string Rank = "CASE v.status WHEN 'failing' THEN 0 WHEN 'degraded' THEN 1 WHEN 'unknown' THEN 2 ELSE 3 END";

    /// <summary>What the API's calendar holds: PostgreSQL's has more.</summary>
    public const string Calendar = "BETWEEN TIMESTAMPTZ '0001-01-02 00:00:00+00' AND TIMESTAMPTZ '9999-12-30 00:00:00+00'";

    /// <summary>
    /// A table expression: the verdict of each placement at this moment, by the database's clock. <see cref="Staleness"/> says which
    /// are stale, and which parameter that needs.
    /// </summary>
    public const string Verdicts = $"""
        (SELECT agent_id, deployment_object_id, stack_id, name, conditions, digest, status AS reported, checked_at,
                CASE WHEN status IS NOT NULL THEN received_at END AS received_at,
                CASE WHEN status IS NULL OR stale_at < NOW() OR status NOT IN {KnownWords} THEN 'unknown' ELSE status END AS status,
                CASE WHEN status IS NULL THEN CASE WHEN stale_at < NOW() THEN '{NeverReported}' ELSE '{AwaitingReport}' END
                     WHEN stale_at < NOW() THEN '{Stale}' END AS word,
                CASE WHEN stale_at < NOW() THEN status END AS last_known_status,
                CASE WHEN stale_at < NOW() THEN stale_at ELSE since END AS since, since AS began, stale_at < NOW() AS is_lapsed,
                rolling_out AND status IS NOT NULL AND stale_at >= NOW() AS is_rolling_out
           FROM (SELECT *, received_at + {Staleness.Allowed} AS stale_at FROM standing_placements) placed)
        """;

    /// <summary>
    /// Where a row of verdicts stands in the order of changes: a moment that the API's calendar does not hold is before or after all
    /// others.
    /// </summary>
    private const string SinceKey = $"""
        CASE WHEN v.since {Calendar} THEN v.since
             WHEN v.since > NOW() THEN TIMESTAMPTZ '9999-12-31 00:00:00+00' ELSE TIMESTAMPTZ '0001-01-01 00:00:00+00' END
        """;

    /// <summary>
    /// What a row of verdicts needs, from a verdict v, its agent a and the reported document h. What cannot be mapped is left out
    /// and said, so that it costs its own row and not the list.
    /// </summary>
    /// <param name="order">The order of the list, which decides whose summaries an answer holds in full.</param>
    public static string Columns(string order) => $"""
        v.agent_id, a.name AS agent_name, v.status, v.word,
        CASE WHEN v.last_known_status IN {KnownWords} THEN v.last_known_status END AS last_known_status,
        CASE WHEN v.since {Calendar} THEN v.since END AS since, {SinceKey} AS since_key,
        CASE WHEN v.checked_at {Calendar} THEN v.checked_at END AS checked_at,
        CASE WHEN v.received_at {Calendar} THEN v.received_at END AS received_at, {SummaryWithin(order)} AS summary,
        COALESCE(v.reported NOT IN {KnownWords} OR v.since NOT {Calendar} OR v.checked_at NOT {Calendar}
          OR v.received_at NOT {Calendar}, FALSE) AS is_unreadable,
        COALESCE(v.is_rolling_out, FALSE) AS is_rolling_out
        """;

    public const string Joins = """
        LEFT JOIN agents a ON a.id = v.agent_id
        LEFT JOIN deployment_health h ON h.agent_id = v.agent_id AND h.deployment_object_id = v.deployment_object_id
        """;

    /// <summary>
    /// So many bytes of summaries an answer holds in full, whatever agents report; what comes after has its numbers and words alone.
    /// </summary>
    private const int SummaryBytes = 4 * 1024 * 1024;

    /// <summary>Pods of a document <c>h</c>.</summary>
    public static readonly string PodsReady = $"({Number("pods_ready")})::int";

    /// <summary>The same of all pods.</summary>
    public static readonly string PodsTotal = $"({Number("pods_total")})::int";

    /// <summary>Resources of a document <c>h</c>, those that it left out too.</summary>
    public static readonly string Resources = Rows("resources");

    /// <summary>Findings of a document <c>h</c>, those that it left out too.</summary>
    public static readonly string Findings = Rows("findings");

    private static string Rows(string field) => $"""
        CASE WHEN jsonb_typeof(h.summary -> '{field}') = 'array' THEN jsonb_array_length(h.summary -> '{field}') ELSE 0 END
          + {Number($"{field}_omitted")}
        """;

    /// <summary>Of a document anything may be stored: what is no number counts as none.</summary>
    private static string Number(string field) => $"""
        CASE WHEN jsonb_typeof(h.summary -> '{field}') = 'number'
             THEN GREATEST(0, LEAST((h.summary ->> '{field}')::numeric, {int.MaxValue})) ELSE 0 END
        """;

    private static string SummaryWithin(string order) => $"""
        CASE WHEN SUM(octet_length(h.summary::text)) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) <= {SummaryBytes}
             THEN h.summary::text
             WHEN h.summary IS NOT NULL THEN jsonb_build_object('pods_ready', {PodsReady}, 'pods_total', {PodsTotal},
               'conditions', to_jsonb(v.conditions), 'resources_omitted', LEAST({Resources}, {int.MaxValue})::int,
               'findings_omitted', LEAST({Findings}, {int.MaxValue})::int)::text END
        """;

    /// <summary>Whether a condition is a word that the broker itself puts beside the reported ones.</summary>
    public static bool IsOwnWord(string condition) => condition is AwaitingReport or NeverReported or Stale;
}
