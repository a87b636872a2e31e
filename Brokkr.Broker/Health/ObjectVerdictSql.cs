using Brokkr.Broker.Fleet;

namespace Brokkr.Broker.Health;

/// <summary>
/// What agents say of deployment objects, the worst of them only, however many there are; and what all of them come to. Needs the parameter
/// of <see cref="Staleness"/>.
/// </summary>
internal static class ObjectVerdictSql
{
    /// <summary>So many agents of a deployment object are answered at once, the worst first.</summary>
    public const int Shown = 100;

    private const string Order = """d.name COLLATE "C", v.rank, v.agent_name COLLATE "C" """;

    private const string IsNext = """(s.rank, s.agent_name COLLATE "C") > (@afterRank, @afterAgent)""";

    private const string IsMeant =
        "(@agentId::uuid IS NULL OR v.agent_id = @agentId::uuid) AND (@agentName = '' OR a.name = @agentName)";

    /// <summary>
    /// Rows of verdicts of deployment objects d with <c>id</c>, <c>name</c>, <c>stack_id</c> and <c>is_superseded</c>, by name: of each the
    /// worst agents behind a place, and one more where there are more. Needs the parameters <c>agentId</c>, <c>agentName</c>,
    /// <c>afterRank</c> and <c>afterAgent</c>.
    /// </summary>
    public static string Rows(string objects) => $"""
        WITH page AS ({objects}),
        seen AS (
            SELECT v.*, a.name AS agent_name, {VerdictSql.Rank} AS rank
              FROM page d JOIN {VerdictSql.Verdicts} v ON v.deployment_object_id = d.id JOIN agents a ON a.id = v.agent_id WHERE {IsMeant}),
        ranked AS (
            SELECT s.*, COUNT(*) OVER (PARTITION BY s.deployment_object_id) AS agents_total, {IsNext} AS is_next,
                   COUNT(*) FILTER (WHERE {IsNext})
                     OVER (PARTITION BY s.deployment_object_id ORDER BY s.rank, s.agent_name COLLATE "C") AS place
              FROM seen s)
        SELECT d.id, d.name, d.stack_id, d.is_superseded, COALESCE(v.agents_total, 0)::int AS agents_total,
               {VerdictSql.Columns(Order)}
          FROM page d LEFT JOIN ranked v ON v.deployment_object_id = d.id AND v.is_next AND v.place <= {Shown} + 1 {VerdictSql.Joins}
         ORDER BY {Order}
        """;

    /// <summary>
    /// What all agents of deployment objects come to. Needs the parameters <c>ids</c>, <c>agentId</c> and <c>agentName</c>.
    /// </summary>
    public static readonly string Rollups = $"""
        WITH v AS (
            SELECT v.*, {VerdictSql.PodsReady} AS pods_ready, {VerdictSql.PodsTotal} AS pods_total,
                   {VerdictSql.Resources} AS resources, {VerdictSql.Findings} AS findings
              FROM {VerdictSql.Verdicts} v {VerdictSql.Joins} WHERE v.deployment_object_id = ANY(@ids) AND {IsMeant}),
        words AS (
            SELECT v.deployment_object_id AS id, array_agg(DISTINCT w.word) AS conditions
              FROM v CROSS JOIN LATERAL unnest(v.conditions || v.word) AS w(word) WHERE w.word IS NOT NULL GROUP BY v.deployment_object_id),
        c AS (
            SELECT v.deployment_object_id AS id, COUNT(*)::int AS agents, {TallySql.ByStatus},
                   MIN(v.checked_at) FILTER (WHERE v.checked_at {VerdictSql.Calendar}) AS checked_at,
                   BOOL_OR(v.is_rolling_out) AS is_rolling_out,
                   {Sum("pods_ready")}, {Sum("pods_total")}, {Sum("resources")}, {Sum("findings")},
                   {Since("failing")}, {Since("degraded")}, {Since("unknown")}, {Since("healthy")}
              FROM v GROUP BY v.deployment_object_id)
        SELECT c.*, COALESCE(w.conditions, ARRAY[]::text[]) AS conditions,
               CASE WHEN c.failing > 0 THEN c.since_failing WHEN c.degraded > 0 THEN c.since_degraded
                    WHEN c.unknown > 0 THEN c.since_unknown ELSE c.since_healthy END AS since
          FROM c LEFT JOIN words w ON w.id = c.id
        """;

    private static string Sum(string column) => $"LEAST(SUM(v.{column}), {int.MaxValue})::int AS {column}";

    private static string Since(string status) =>
        $"MIN(v.since) FILTER (WHERE v.status = '{status}' AND v.since {VerdictSql.Calendar}) AS since_{status}";
}
