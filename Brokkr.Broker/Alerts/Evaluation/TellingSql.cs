namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>What is still to be told to whom: what differs from <c>alert_tellings</c>, whatever happened in between.</summary>
internal static class TellingSql
{
    /// <summary>
    /// What goes on of a rule. Once acknowledged it is only told that it ended. Needs <c>rule</c>, <c>receivers</c>, <c>silences</c>.
    /// </summary>
    public const string Open = $"""
        SELECT r.id AS receiver_id, a.rule_name, a.group_key, a.id AS alert_id, a.status AS tells, t.status IS NOT NULL AS was_told,
          a.opened_at,
               g.told_at
          FROM alerts a CROSS JOIN unnest(@receivers::uuid[]) AS r(id)
          LEFT JOIN alert_tellings t ON t.alert_id = a.id AND t.receiver_id = r.id
          LEFT JOIN alert_groups g ON g.receiver_id = r.id AND g.rule_name = a.rule_name AND g.group_key = a.group_key
         WHERE a.rule_id = @rule AND a.ended_at IS NULL AND t.status IS DISTINCT FROM a.status
           AND a.acknowledged_at IS NULL AND NOT {AlertSql.IsSilenced}
        """;

    /// <summary>What ended and was told, silenced or not.</summary>
    public const string Ended = """
        SELECT t.receiver_id, a.rule_name, a.group_key, a.id AS alert_id, 'resolved' AS tells, TRUE AS was_told, a.opened_at, g.told_at
          FROM alert_tellings t JOIN alerts a ON a.id = t.alert_id
          LEFT JOIN alert_groups g ON g.receiver_id = t.receiver_id AND g.rule_name = a.rule_name AND g.group_key = a.group_key
         WHERE t.status <> 'resolved' AND a.ended_at IS NOT NULL AND t.receiver_id = ANY(@receivers::uuid[])
        """;

    /// <summary>Groups of a rule without news that are to be told again.</summary>
    public const string Repeats = $"""
        SELECT g.receiver_id, g.rule_name, g.group_key FROM alert_groups g
         WHERE g.rule_name = @ruleName AND g.receiver_id = ANY(@receivers::uuid[]) AND g.told_at + @repeat * INTERVAL '1 minute' <= NOW()
           AND EXISTS (SELECT FROM alerts a JOIN alert_tellings t ON t.alert_id = a.id AND t.receiver_id = g.receiver_id
                        WHERE a.rule_id = @rule AND a.group_key = g.group_key AND a.ended_at IS NULL AND a.acknowledged_at IS NULL
                          AND NOT a.frozen AND NOT {AlertSql.IsSilenced})
        """;

    /// <summary>
    /// The alerts of a message, the worst first, and how many there are: those that the receiver knows or learns now, and those that ended.
    /// </summary>
    public const string Group = $"""
        SELECT {Messages.AlertRow.Columns}, (COUNT(*) FILTER (WHERE a.ended_at IS NULL) OVER ())::int AS firing,
               (COUNT(*) FILTER (WHERE a.ended_at IS NOT NULL) OVER ())::int AS resolved,
               (COUNT(t.alert_id) FILTER (WHERE a.ended_at IS NULL) OVER ())::int AS told
          FROM alerts a LEFT JOIN alert_tellings t ON t.alert_id = a.id AND t.receiver_id = @receiver
         WHERE a.id = ANY(@news::uuid[])
            OR (a.rule_name = @ruleName AND a.group_key = @groupKey AND a.ended_at IS NULL AND t.alert_id IS NOT NULL)
         ORDER BY a.ended_at IS NOT NULL, array_position(@worst::text[], a.status::text), a.since, a.id LIMIT @limit
        """;

    /// <summary>Writes a message and that it was told; an older one of the group that nobody took yet needs not be sent any more.</summary>
    public const string Save = """
        WITH replaced AS (
            UPDATE alert_deliveries SET state = 'replaced'
             WHERE @groupKey <> '' AND receiver_id = @receiver AND rule_name = @ruleName AND group_key = @groupKey AND state = 'pending'
               AND (claimed_until IS NULL OR claimed_until < NOW())),
        told AS (
            INSERT INTO alert_tellings (alert_id, receiver_id, status)
            SELECT n.id, @receiver, n.tells FROM unnest(@news::uuid[], @tells::text[]) AS n(id, tells)
            ON CONFLICT (alert_id, receiver_id) DO UPDATE SET status = excluded.status),
        grouped AS (
            INSERT INTO alert_groups (receiver_id, rule_name, group_key, told_at)
            SELECT @receiver, g.rule_name, g.group_key, NOW() FROM unnest(@rules::text[], @groups::text[]) AS g(rule_name, group_key)
            ON CONFLICT (receiver_id, rule_name, group_key) DO UPDATE SET told_at = NOW())
        INSERT INTO alert_deliveries (receiver_id, rule_name, group_key, type, body, alerts)
        VALUES (@receiver, @ruleName, @groupKey, @type, @body::jsonb, @alerts)
        """;

    /// <summary>How much each receiver was told in the last ten minutes, and whether that there is more.</summary>
    public const string Recent = """
        SELECT receiver_id, (COUNT(*) FILTER (WHERE type <> 'alert.storm'))::int AS messages, BOOL_OR(type = 'alert.storm') AS had_storm
          FROM alert_deliveries
         WHERE receiver_id = ANY(@receivers::uuid[]) AND created_at > NOW() - INTERVAL '10 minutes' AND type <> 'receiver.test'
         GROUP BY receiver_id
        """;
}
