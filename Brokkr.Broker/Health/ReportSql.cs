using Brokkr.Broker.Fleet;

namespace Brokkr.Broker.Health;

/// <summary>
/// The statements that store reports of several agents in one transaction: each report has its place in the arrays of agents, epochs,
/// sequences and so on. All of them have one time, <c>@now</c>, which is after the wait for their agents.
/// </summary>
internal static class ReportSql
{
    /// <summary>What is known of the session of each report, where there is its agent.</summary>
    public const string State = $"""
        SELECT a.id AS agent_id, clock_timestamp() AS now, s.epoch IS NOT NULL AS is_known, COALESCE(s.last_sequence, 0) AS last_sequence,
               a.epoch AS newest_epoch, n.epoch IS NULL OR n.silent_at < clock_timestamp() AS is_silent,
               CASE WHEN a.history_day = {HistoryBounds.Today} THEN a.history_rows ELSE 0 END AS history_rows,
               COALESCE(s.epoch < a.epoch AND s.heard_at > n.started_at, FALSE) AS is_twin
          FROM unnest(@agents::uuid[], @epochs::bigint[]) AS r(agent_id, epoch)
          JOIN agents a ON a.id = r.agent_id
          LEFT JOIN (
               SELECT agent_id, epoch, started_at, heard_at + {Staleness.Allowed} AS silent_at FROM agent_sessions) n ON n.agent_id = a.id
            AND n.epoch = a.epoch
          LEFT JOIN agent_sessions s ON s.agent_id = a.id AND s.epoch = r.epoch
        """;

    /// <summary>
    /// Stores items, each beside the place of its report in the other arrays, beginning with 1. Every sentence about order stands in
    /// <c>is_newer</c>; docs/api.md explains it.
    /// </summary>
    public const string Save = $"""
        WITH reports AS (
            SELECT i.number, i.report, i.id, i.status, i.summary, i.conditions, i.rolling_out, i.digest,
                   COALESCE(i.checked_at::timestamptz, @now::timestamptz) AS checked_at,
                   r.agent_id, r.epoch, r.sequence, r.confirms, r.is_silent, r.history_room
              FROM unnest(@reports::int[], @ids::uuid[], @statuses::text[], @summaries::text[], @conditions::text[], @rollouts::bool[],
                          @digests::uuid[], @times::text[]) WITH ORDINALITY
                   AS i(report, id, status, summary, conditions, rolling_out, digest, checked_at, number)
              JOIN unnest(@agents::uuid[], @epochs::bigint[], @sequences::bigint[], @confirms::bigint[], @silences::bool[],
                          @rooms::int[]) WITH ORDINALITY
                   AS r(agent_id, epoch, sequence, confirms, is_silent, history_room, report) ON r.report = i.report),
        permitted AS (
            SELECT r.*, p.status AS former, p.since AS former_since, p.targeted_at, p.digest AS former_digest, p.checked_at AS
              former_checked_at,
                   p.epoch AS former_epoch, p.sequence AS former_sequence, p.standing_sequence, p.confirmable,
                   p.received_at + {Staleness.Allowed} AS stale_at
              FROM reports r JOIN standing_placements p ON p.agent_id = r.agent_id AND p.deployment_object_id = r.id),
        judged AS (
            SELECT p.*, p.former IS NOT NULL AND p.stale_at < @now::timestamptz AS was_stale,
                   CASE WHEN p.epoch > 0 THEN (p.epoch, p.sequence) > (p.former_epoch, p.standing_sequence)
                        WHEN p.former IS NULL THEN TRUE
                        WHEN p.former_epoch > 0 AND NOT p.is_silent THEN FALSE
                        ELSE p.confirmable OR p.stale_at < @now::timestamptz OR p.checked_at >= p.former_checked_at
                             OR (p.former_checked_at > @now::timestamptz AND p.checked_at <= @now::timestamptz) END AS is_newer,
                   p.confirmable AND p.former_epoch = p.epoch AND p.former_sequence <= p.confirms AND p.stale_at >= @now::timestamptz
                     AND p.former_digest IS NOT DISTINCT FROM p.digest AS is_confirmed,
                   p.epoch > 0 AND (p.former_epoch, p.standing_sequence) = (p.epoch, p.sequence)
                     AND p.former_digest IS NOT DISTINCT FROM p.digest AS is_repeated
              FROM permitted p),
        changes AS (
            SELECT j.*, CASE WHEN j.former IS NULL OR j.was_stale THEN 'unknown' ELSE j.former END AS visible,
                   CASE WHEN j.former IS NULL THEN j.targeted_at WHEN j.was_stale AND j.former <> 'unknown' THEN j.stale_at
                     ELSE j.former_since END
                     AS visible_since
              FROM judged j WHERE j.is_newer AND NOT j.is_confirmed),
        applied AS (
            UPDATE placements p
               SET status = c.status, conditions = string_to_array(c.conditions, chr(31)), rolling_out = c.rolling_out,
                   digest = c.digest, checked_at = c.checked_at, received_at = @now::timestamptz,
                   epoch = GREATEST(p.epoch, c.epoch), sequence = CASE WHEN c.epoch > 0 THEN c.sequence ELSE c.standing_sequence END,
                   confirmable = c.epoch > 0, since = CASE WHEN c.visible = c.status THEN c.visible_since ELSE @now::timestamptz END
              FROM changes c WHERE p.agent_id = c.agent_id AND p.deployment_object_id = c.id
            RETURNING c.*),
        documents AS (
            INSERT INTO deployment_health (agent_id, deployment_object_id, status, summary, checked_at)
            SELECT agent_id, id, status, summary::jsonb, checked_at FROM applied
            ON CONFLICT (agent_id, deployment_object_id) DO UPDATE
               SET status = excluded.status, summary = excluded.summary, checked_at = excluded.checked_at),
        {HistoryBounds.WriteSql}
        SELECT r.report, r.id, j.number IS NOT NULL AND (a.number IS NOT NULL OR NOT j.is_newer OR j.is_confirmed) AS permitted,
               a.number IS NOT NULL AS changed, a.status, a.former,
               a.number IS NOT NULL OR COALESCE(j.is_newer AND j.is_confirmed, FALSE) OR COALESCE(j.is_repeated, FALSE) AS stored,
               r.epoch = 0 AND COALESCE(j.former_epoch > 0, FALSE) AND NOT r.is_silent AS session_active,
               COALESCE(s.changes, 0) AS summarized, COALESCE(s.is_over_budget, FALSE) AS is_over_budget,
               s.to_status AS summarized_status, array_to_string(s.conditions, chr(31)) AS summarized_conditions, s.at AS summarized_at
          FROM reports r LEFT JOIN judged j ON j.number = r.number LEFT JOIN applied a ON a.number = r.number
          LEFT JOIN surplus s ON s.number = r.number
        """;

    /// <summary>
    /// Takes what went stale out of what can be confirmed: its return is a change, and must be reported. Answers the agent of each.
    /// </summary>
    public const string Lapse = $"""
        UPDATE placements p SET received_at = s.received_at, checked_at = s.checked_at, sequence = s.standing_sequence, confirmable = FALSE
          FROM unnest(@agents::uuid[], @epochs::bigint[], @confirms::bigint[]) AS r(agent_id, epoch, confirms)
          JOIN standing_placements s ON s.agent_id = r.agent_id AND s.epoch = r.epoch AND s.confirmable AND s.sequence <= r.confirms
           AND s.received_at + {Staleness.Allowed} < @now::timestamptz
         WHERE p.agent_id = s.agent_id AND p.deployment_object_id = s.deployment_object_id
        RETURNING p.agent_id
        """;

    /// <summary>What each confirmation left out.</summary>
    public const string Missing = $"""
        SELECT r.agent_id, m.id
          FROM unnest(@agents::uuid[], @epochs::bigint[], @sequences::bigint[], @covers::bigint[]) AS r(agent_id, epoch, sequence, covers)
         CROSS JOIN LATERAL (
               SELECT p.deployment_object_id AS id FROM placements p
                WHERE p.agent_id = r.agent_id
                  AND (p.status IS NULL OR p.epoch < r.epoch
                    OR (p.epoch = r.epoch AND p.sequence <> r.sequence AND (NOT p.confirmable OR p.sequence > r.covers)))
                  AND p.stack_id NOT IN {DeletedStackSql.Stacks}
                ORDER BY p.deployment_object_id LIMIT @limit) m
         ORDER BY m.id
        """;

    /// <summary>
    /// Notes of each report that its session was heard and what it confirms, and counts the agent's placements by what became more and
    /// less. Answers the agents of which that does not tell what the tallies say: whose placements are to be counted anew. It does where
    /// the report was about all of them, or where all were of its session before and what it did not write is confirmed.
    /// </summary>
    public const string Note = """
        WITH reports AS (
            SELECT * FROM unnest(@agents::uuid[], @epochs::bigint[], @sequences::bigint[], @confirms::bigint[], @times::text[],
                                 @confirming::bool[], @written::int[], @failing::int[], @degraded::int[], @unknown::int[],
                                 @healthy::int[], @awaited::int[])
                AS r(agent_id, epoch, sequence, confirms, checked_at, is_confirming, written, failing, degraded, unknown, healthy,
                     awaited)),
        heard AS (
            UPDATE agent_sessions s
               SET heard_at = @now::timestamptz, last_sequence = GREATEST(s.last_sequence, r.sequence),
                   confirmed_through = GREATEST(s.confirmed_through, r.confirms),
                   confirmed_sequence = CASE WHEN r.confirms > 0 THEN r.sequence ELSE s.confirmed_sequence END,
                   confirmed_at = CASE WHEN r.confirms > 0 THEN @now::timestamptz ELSE s.confirmed_at END,
                   checked_at = CASE WHEN r.confirms > 0 THEN COALESCE(r.checked_at::timestamptz, @now::timestamptz)
                     ELSE s.checked_at END
              FROM reports r WHERE s.agent_id = r.agent_id AND s.epoch = r.epoch),
        judged AS (
            SELECT r.*, r.written = t.failing + t.degraded + t.unknown + t.healthy + t.awaited AS is_all,
                   r.is_confirming AND t.epoch = r.epoch AND t.all_confirmable AS is_part
              FROM reports r JOIN agent_tallies t ON t.agent_id = r.agent_id WHERE r.written > 0 AND r.epoch > 0),
        counted AS (
            UPDATE agent_tallies t
               SET failing = t.failing + j.failing, degraded = t.degraded + j.degraded, unknown = t.unknown + j.unknown,
                   healthy = t.healthy + j.healthy, awaited = t.awaited + j.awaited, epoch = j.epoch,
                   last_sequence = CASE WHEN j.is_all THEN j.sequence ELSE GREATEST(t.last_sequence, j.sequence) END,
                   all_confirmable = TRUE, last_received_at = @now::timestamptz,
                   first_received_at = CASE WHEN j.is_all THEN @now::timestamptz ELSE t.first_received_at END
              FROM judged j WHERE t.agent_id = j.agent_id AND (j.is_all OR j.is_part)
            RETURNING t.agent_id)
        SELECT r.agent_id FROM reports r WHERE r.written > 0 AND NOT EXISTS (SELECT FROM counted c WHERE c.agent_id = r.agent_id)
        """;
}
