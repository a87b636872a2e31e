namespace Brokkr.Broker.Health;

/// <summary>
/// How much history reports may write. What changes more often than a reader could follow is put together: the last row then counts the
/// changes and ends with the status that stands.
/// </summary>
internal static class HistoryBounds
{
    /// <summary>
    /// Rows of one deployment object on one agent within an hour: thirty of one change each, and one that takes all further ones.
    /// </summary>
    public const string RowsPerHour = "31";

    /// <summary>Rows of one agent on one day, by UTC.</summary>
    public const int RowsPerDay = 10_000;

    /// <summary>
    /// Expressions that write the history of the reports in <c>applied</c>, of which <c>history_room</c> says how many rows their agent has
    /// left today. <c>surplus</c> then says which changes got no row of their own: <see cref="SummarizeSql"/> is to follow for them.
    /// </summary>
    public const string WriteSql = $"""
        turns AS (
            SELECT a.number, a.agent_id, a.id, t.from_status, t.to_status, t.conditions, t.at,
                   ROW_NUMBER() OVER (PARTITION BY a.agent_id ORDER BY t.at, a.id) > a.history_room AS is_over_budget,
                   ROW_NUMBER() OVER (PARTITION BY a.number ORDER BY t.at) + (
                     SELECT COUNT(*)
                       FROM (SELECT 1 FROM health_transitions h WHERE h.agent_id = a.agent_id AND h.deployment_object_id = a.id
                                AND h.at > @now::timestamptz - INTERVAL '1 hour' LIMIT {RowsPerHour}) h) > {RowsPerHour} AS is_surplus
              FROM applied a CROSS JOIN LATERAL (VALUES
                   (CASE WHEN a.was_stale THEN a.former ELSE 'unknown' END, 'unknown', ARRAY['Stale'], a.stale_at),
                   (a.visible, a.status, string_to_array(a.conditions, chr(31)), @now::timestamptz)) AS t(from_status, to_status,
                     conditions, at)
             WHERE t.from_status <> t.to_status),
        surplus AS (
            SELECT DISTINCT ON (number) number, agent_id, id, to_status, conditions, at, is_over_budget,
                   COUNT(*) OVER (PARTITION BY number)::int AS changes
              FROM turns WHERE is_surplus OR is_over_budget ORDER BY number, at DESC),
        written AS (
            INSERT INTO health_transitions (agent_id, deployment_object_id, from_status, to_status, conditions, at)
            SELECT agent_id, id, from_status, to_status, conditions, at FROM turns WHERE NOT is_surplus AND NOT is_over_budget ORDER BY at
            RETURNING agent_id),
        budget AS (
            UPDATE agents a
               SET history_rows = CASE WHEN a.history_day = d.today THEN a.history_rows ELSE 0 END + d.rows, history_day = d.today
              FROM (SELECT agent_id, COUNT(*)::int AS rows, (@now::timestamptz AT TIME ZONE 'UTC')::date AS today
                      FROM written GROUP BY agent_id) d
             WHERE a.id = d.agent_id)
        """;

    /// <summary>
    /// Adds changes that got no row of their own to the last row of their object on their agent. A statement of its own, since it is
    /// rarely needed, and has to be ready for every partition of the history.
    /// </summary>
    public const string SummarizeSql = """
        UPDATE health_transitions h
           SET to_status = s.status, conditions = string_to_array(s.conditions, chr(31)), at = s.at,
               changes = LEAST(h.changes::bigint + s.changes, 2147483647)
          FROM unnest(@agents::uuid[], @ids::uuid[], @statuses::text[], @conditions::text[], @times::timestamptz[], @changes::int[])
               AS s(agent_id, id, status, conditions, at, changes)
         CROSS JOIN LATERAL (
               SELECT l.id, l.at FROM health_transitions l WHERE l.agent_id = s.agent_id AND l.deployment_object_id = s.id
                ORDER BY l.at DESC, l.id DESC LIMIT 1) l
         WHERE h.id = l.id AND h.at = l.at
        """;

    /// <summary>The day that counts at this moment, by the database's clock.</summary>
    public const string Today = "(clock_timestamp() AT TIME ZONE 'UTC')::date";
}
