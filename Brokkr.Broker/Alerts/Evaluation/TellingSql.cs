namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>What is still to be told to whom: what differs from <c>alert_tellings</c>, whatever happened in between.</summary>
internal static class TellingSql
{
    /// <summary>
    /// What goes on of a rule. What gets better must stay so before it is news, and once acknowledged it is only told that it ended.
    /// Needs <c>rule</c>, <c>receivers</c>, <c>silences</c>, <c>worst</c>, <c>recover</c>.
    /// </summary>
    public const string Open = $"""
        SELECT r.id AS receiver_id, a.rule_id, a.rule_name, a.group_key, a.id AS alert_id, a.status AS tells,
               t.status IS NOT NULL AS was_told, a.opened_at, g.told_at
          FROM alerts a CROSS JOIN unnest(@receivers::uuid[]) AS r(id)
          LEFT JOIN alert_tellings t ON t.alert_id = a.id AND t.receiver_id = r.id
          LEFT JOIN alert_groups g ON g.receiver_id = r.id AND g.rule_id = a.rule_id AND g.group_key = a.group_key
         WHERE a.rule_id = @rule AND a.ended_at IS NULL AND t.status IS DISTINCT FROM a.status
           AND a.acknowledged_at IS NULL AND NOT {AlertSql.IsSilenced}
           AND (t.status IS NULL OR a.since + @recover * INTERVAL '1 second' <= NOW()
                OR array_position(@worst::text[], a.status::text) < array_position(@worst::text[], t.status::text))
        """;

    /// <summary>What ended and was told, silenced or not.</summary>
    public const string Ended = """
        SELECT t.receiver_id, a.rule_id, a.rule_name, a.group_key, a.id AS alert_id, 'resolved' AS tells, TRUE AS was_told, a.opened_at,
               g.told_at
          FROM alert_tellings t JOIN alerts a ON a.id = t.alert_id
          LEFT JOIN alert_groups g ON g.receiver_id = t.receiver_id AND g.rule_id = a.rule_id AND g.group_key = a.group_key
         WHERE t.status <> 'resolved' AND a.ended_at IS NOT NULL AND t.receiver_id = ANY(@receivers::uuid[])
        """;

    /// <summary>Groups of a rule without news that are to be told again, where the last message is not on its way still.</summary>
    public const string Repeats = $"""
        SELECT g.receiver_id, g.rule_id, g.group_key, c.firing FROM alert_groups g
         CROSS JOIN LATERAL (
               SELECT COUNT(*)::int AS firing FROM alerts a JOIN alert_tellings t ON t.alert_id = a.id AND t.receiver_id = g.receiver_id
                WHERE a.rule_id = g.rule_id AND a.group_key = g.group_key AND a.ended_at IS NULL
                  AND a.acknowledged_at IS NULL AND NOT a.frozen AND NOT {AlertSql.IsSilenced}) c
         WHERE g.rule_id = @rule AND g.receiver_id = ANY(@receivers::uuid[]) AND g.told_at + @repeat * INTERVAL '1 minute' <= NOW()
           AND c.firing > 0
           AND NOT EXISTS (SELECT FROM alert_deliveries d WHERE d.receiver_id = g.receiver_id AND d.rule_id = g.rule_id
                              AND d.group_key = g.group_key AND d.state = 'pending')
        """;

    /// <summary>
    /// The alerts of a message, the worst first, and how many there are: those that the receiver knows or learns now, and those that ended;
    /// also those of which a message on its way speaks, since this one may take its place.
    /// </summary>
    public const string Group = $"""
        WITH ids AS (
            SELECT unnest(@news::uuid[]) AS id
             UNION
            SELECT a.id FROM alerts a JOIN alert_tellings t ON t.alert_id = a.id AND t.receiver_id = @receiver
             WHERE a.rule_id = @rule AND a.group_key = @groupKey AND a.ended_at IS NULL
             UNION
            SELECT t.alert_id FROM alert_deliveries d JOIN alert_tellings t ON t.delivery_id = d.id AND t.receiver_id = d.receiver_id
             WHERE d.receiver_id = @receiver AND d.rule_id = @rule AND d.group_key = @groupKey AND d.state = 'pending')
        SELECT {Messages.AlertRow.Columns}, (COUNT(*) FILTER (WHERE a.ended_at IS NULL) OVER ())::int AS firing,
               (COUNT(*) FILTER (WHERE a.ended_at IS NOT NULL) OVER ())::int AS resolved,
               (COUNT(t.alert_id) FILTER (WHERE a.ended_at IS NULL AND COALESCE(d.state, 'delivered') = 'delivered') OVER ())::int AS told
          FROM ids JOIN alerts a ON a.id = ids.id LEFT JOIN alert_tellings t ON t.alert_id = a.id AND t.receiver_id = @receiver
          LEFT JOIN alert_deliveries d ON d.id = t.delivery_id
         ORDER BY a.ended_at IS NOT NULL, array_position(@worst::text[], a.status::text), a.since, a.id LIMIT @limit
        """;

    /// <summary>
    /// Writes a message and that it was told. An older one of the group that nobody took yet needs not be sent any more; the new one goes
    /// on with its tries. A group of which nothing goes on is forgotten, so that what comes next is the first again.
    /// </summary>
    public const string Save = """
        WITH older AS (
            SELECT id FROM alert_deliveries
             WHERE @groupKey <> '' AND receiver_id = @receiver AND rule_id = @rule AND group_key = @groupKey AND state = 'pending'),
        replaced AS (
            UPDATE alert_deliveries d SET state = 'replaced' FROM older o
             WHERE d.id = o.id AND d.state = 'pending' AND (d.claimed_until IS NULL OR d.claimed_until < NOW())
            RETURNING d.attempts, d.next_at, d.retry_until),
        carried AS (
            UPDATE alert_tellings SET delivery_id = @id
             WHERE receiver_id = @receiver AND delivery_id IN (SELECT id FROM older) AND alert_id <> ALL(@news::uuid[])),
        told AS (
            INSERT INTO alert_tellings (alert_id, receiver_id, status, delivery_id)
            SELECT n.id, @receiver, n.tells, @id FROM unnest(@news::uuid[], @tells::text[]) AS n(id, tells)
            ON CONFLICT (alert_id, receiver_id) DO UPDATE SET status = excluded.status, delivery_id = excluded.delivery_id),
        groups AS (
            SELECT g.rule_id, g.group_key,
                   EXISTS (SELECT FROM alerts a
                            WHERE a.rule_id = g.rule_id AND a.group_key = g.group_key AND a.ended_at IS NULL
                              AND (a.id IN (SELECT unnest(@news::uuid[]))
                                   OR EXISTS (SELECT FROM alert_tellings t WHERE t.alert_id = a.id AND t.receiver_id = @receiver)))
                     AS goes_on
              FROM unnest(@rules::uuid[], @groups::text[]) AS g(rule_id, group_key)),
        grouped AS (
            INSERT INTO alert_groups (receiver_id, rule_id, group_key, told_at)
            SELECT @receiver, rule_id, group_key, NOW() FROM groups WHERE goes_on
            ON CONFLICT (receiver_id, rule_id, group_key) DO UPDATE SET told_at = NOW()),
        forgotten AS (
            DELETE FROM alert_groups o USING groups g
             WHERE NOT g.goes_on AND o.receiver_id = @receiver AND o.rule_id = g.rule_id AND o.group_key = g.group_key)
        INSERT INTO alert_deliveries (id, receiver_id, rule_id, group_key, type, body, alerts, attempts, next_at, retry_until)
        SELECT @id, @receiver, @rule, @groupKey, @type, @body::jsonb, @alerts, COALESCE(MAX(attempts), 0),
               GREATEST(MAX(next_at), NOW()), COALESCE(MIN(retry_until), NOW() + INTERVAL '24 hours')
          FROM replaced
        """;

    /// <summary>How much each receiver was told in the last ten minutes, and whether that there is more.</summary>
    public const string Recent = """
        SELECT receiver_id, (COUNT(*) FILTER (WHERE type <> 'alert.storm'))::int AS messages, BOOL_OR(type = 'alert.storm') AS had_storm
          FROM alert_deliveries
         WHERE receiver_id = ANY(@receivers::uuid[]) AND created_at > NOW() - INTERVAL '10 minutes' AND type <> 'receiver.test'
         GROUP BY receiver_id
        """;
}
