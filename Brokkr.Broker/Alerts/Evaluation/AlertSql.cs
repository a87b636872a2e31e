using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Fleet;

namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>
/// How alerts follow from what stands at this moment, a statement for each rule. What is as it was writes nothing.
/// </summary>
internal static class AlertSql
{
    /// <summary>The statuses by their weight.</summary>
    public static readonly string[] WorstFirst = ["failing", "silent", "degraded", "unknown"];

    /// <summary>The group of silent agents.</summary>
    public const string SilentAgents = "silent agents";

    /// <summary>How many statuses of a deployment object are wrong.</summary>
    private const int Wrongs = 3;

    /// <summary>How long an agent may take to be heard the first time, in seconds.</summary>
    private const string FirstWord = "3600";

    /// <summary>
    /// One broker looks after alerts at a time, for as long as its transaction holds the row; another takes over when it stops. Where
    /// nobody looked for a while, nobody listened either, and silence starts anew. Needs the parameter <c>me</c>.
    /// </summary>
    public const string Take = """
        UPDATE alert_watch
           SET holder = @me, held_until = NOW() + INTERVAL '10 seconds', seen_at = NOW(),
               watching_since = CASE WHEN seen_at < NOW() - INTERVAL '30 seconds' THEN NOW() ELSE watching_since END
         WHERE one = (SELECT one FROM alert_watch WHERE holder = @me OR held_until < NOW() FOR UPDATE SKIP LOCKED)
        RETURNING watching_since
        """;

    /// <summary>
    /// A broker that stopped in the middle of a pass does not hold it up for the others; to compile a statement takes longer than it runs.
    /// </summary>
    public const string Patience = "SET LOCAL idle_in_transaction_session_timeout = '10s'; SET LOCAL jit = off";

    /// <summary>Lets another broker take over at once. Needs the parameter <c>me</c>.</summary>
    public const string Release = "UPDATE alert_watch SET held_until = '-infinity' WHERE holder = @me";

    /// <summary>All that a rule means.</summary>
    public static string Wrong(AlertRule rule) => $"wrong AS (SELECT v.* FROM {VerdictSql.Verdicts} v WHERE {Means(rule)})";

    /// <summary>
    /// Whether a rule means a verdict <c>v</c>: it is wrong now, whether for long enough or not. Only what the rule narrows stands in it,
    /// and what no rule means: so an index finds the few of a stack. Where all that is wrong is meant, the index of that is enough, and one
    /// by status, which the planner would read besides, is hidden from it.
    /// </summary>
    private static string Means(AlertRule rule)
    {
        List<string> parts =
        [
            rule.ObjectStatuses.Length == Wrongs ? "v.reported || '' = ANY(@statuses)" : "v.reported = ANY(@statuses)",
            "v.reported <> 'healthy'", "v.word IS NULL", "NOT v.conditions @> ARRAY['HealthDisabled']",
        ];
        if (rule.Conditions.Count > 0)
            parts.Add("v.conditions && @conditions::text[]");
        if (rule.StackIds.Count > 0)
            parts.Add("v.stack_id = ANY(@stacks::uuid[])");
        if (rule.AgentIds.Count > 0)
            parts.Add("v.agent_id = ANY(@agents::uuid[])");
        return string.Join(" AND ", parts);
    }

    /// <summary>What of some rows of it lasts for long enough; a last bracket is to follow.</summary>
    public static string Lasting(string rows) => $"""
        lasting AS (
            SELECT w.* FROM {rows} w
             WHERE w.since + CASE w.status WHEN 'failing' THEN @holdFailing WHEN 'degraded' THEN @holdDegraded ELSE @holdUnknown END
                     * INTERVAL '1 second' <= NOW()
        """;

    /// <summary>The agents that are silent for long enough, and since when. A silence of the brokers' own does not count.</summary>
    public const string Silent = $"""
        silent AS (
            SELECT a.id, a.name, COALESCE(a.last_seen_at, a.created_at) AS since,
                   CASE WHEN a.last_seen_at IS NULL THEN {FirstWord} ELSE @staleAfter + @holdSilent END AS patience
              FROM agents a
             WHERE @meansSilence AND (cardinality(@agents::uuid[]) = 0 OR a.id = ANY(@agents::uuid[]))),
        fallen AS (
            SELECT s.* FROM silent s
             WHERE GREATEST(s.since, @watchingSince::timestamptz) + s.patience * INTERVAL '1 second' <= NOW())
        """;

    /// <summary>Columns of a new alert from a row <c>w</c> of what lasts.</summary>
    public static readonly string Facts = $"""
        w.agent_id, a.name AS agent_name, w.stack_id, s.name AS stack_name, w.name, w.deployment_object_id, d.revision,
        d.created_at AS revised_at, w.status,
        COALESCE((SELECT t.from_status FROM health_transitions t
                   WHERE t.deployment_object_id = w.deployment_object_id AND t.at = w.since AND t.agent_id = w.agent_id
                     LIMIT 1), '') AS previous,
        w.since, w.conditions, w.digest, {VerdictSql.PodsReady} AS pods_ready,
        {VerdictSql.PodsTotal} AS pods_total,
        h.summary -> 'findings' -> 0 AS finding
        """;

    public const string FactsFrom = """
        lasting w JOIN agents a ON a.id = w.agent_id JOIN stacks s ON s.id = w.stack_id
          JOIN deployment_objects d ON d.id = w.deployment_object_id
        LEFT JOIN deployment_health h ON h.agent_id = w.agent_id AND h.deployment_object_id = w.deployment_object_id
        """;

    private const string GroupKey = """
        CASE @groupBy WHEN 'agent' THEN f.agent_name WHEN 'condition' THEN COALESCE(f.conditions[1], f.status)
                      ELSE f.stack_name || '/' || f.name END
        """;

    /// <summary>
    /// What is wrong beside what is open, in one look at both, but for what is open as it is wrong: that is nearly all of it, always, and
    /// nothing follows from it. A full join is never made row by row, whatever the planner expects.
    /// </summary>
    private const string Compared = """
        compared AS MATERIALIZED (
            SELECT o.id AS alert_id, w.*
              FROM (SELECT * FROM alerts WHERE rule_id = @rule AND ended_at IS NULL AND stack_id IS NOT NULL) o
              FULL JOIN wrong w ON w.agent_id = o.agent_id AND w.stack_id = o.stack_id AND w.name = o.name
             WHERE (o.deployment_object_id, o.status, o.since, o.conditions, o.digest, o.well_since) IS DISTINCT FROM
                   (w.deployment_object_id, w.status, w.since, w.conditions, w.digest, NULL::timestamptz) OR o.frozen)
        """;

    /// <summary>
    /// How each open alert <c>o</c> that differs stands, as <c>n</c>: still wrong, well, not to be told, or gone. It is found by keys
    /// alone, since after a change of much at once nobody knows yet how much there is.
    /// </summary>
    private static string Standing(AlertRule rule) => $"""
        (SELECT alert_id FROM compared WHERE alert_id IS NOT NULL) c
         CROSS JOIN LATERAL (SELECT * FROM alerts WHERE id = c.alert_id OFFSET 0) o
          LEFT JOIN LATERAL (
               SELECT id, revision, created_at FROM deployment_objects
                WHERE stack_id = o.stack_id AND name = o.name COLLATE "default" AND superseded_at IS NULL OFFSET 0) d ON TRUE
          LEFT JOIN LATERAL (
               SELECT v.* FROM {VerdictSql.Verdicts} v WHERE v.agent_id = o.agent_id AND v.deployment_object_id = d.id OFFSET 0) v ON TRUE
         CROSS JOIN LATERAL (
               SELECT d.id AS deployment_object_id, d.revision, d.created_at AS revised_at, v.agent_id IS NULL AS is_gone, v.word,
                      COALESCE({Means(rule)}, FALSE) AS is_wrong, v.status, v.since, v.conditions, v.digest) n
        """;

    private const string IsWell = "NOT n.is_wrong AND n.word IS NULL AND NOT n.is_gone";

    /// <summary>What was wrong again between two looks began to be well anew.</summary>
    private const string Recovered = $"""
        {IsWell} AND GREATEST(COALESCE(o.well_since, NOW()), CASE n.status WHEN 'healthy' THEN LEAST(n.since, NOW()) END)
          + @recover * INTERVAL '1 second' <= NOW()
        """;

    /// <summary>One rule's pass over deployment objects; answers how many alerts it opened, changed or ended.</summary>
    public static string Objects(AlertRule rule) => $"""
        WITH {Wrong(rule)},
        {Compared},
        followed AS (
            SELECT o.id, o.agent_id, n.is_wrong, n.is_gone, n.deployment_object_id, n.revision, n.revised_at,
                   CASE WHEN n.is_wrong THEN n.status ELSE o.status END AS status,
                   CASE WHEN n.is_wrong AND n.status <> o.status THEN o.status ELSE o.previous END AS previous,
                   CASE WHEN n.is_wrong THEN n.since ELSE o.since END AS since,
                   CASE WHEN n.is_wrong THEN n.conditions ELSE o.conditions END AS conditions,
                   CASE WHEN n.is_wrong THEN n.digest ELSE o.digest END AS digest,
                   CASE WHEN {IsWell} THEN COALESCE(o.well_since, NOW()) END AS well_since,
                   COALESCE(n.word IN ('Stale', 'NeverReported'), FALSE) AS frozen,
                   CASE WHEN n.is_gone OR ({Recovered}) THEN NOW() END AS ended_at,
                   CASE WHEN n.is_gone THEN 'removed' WHEN {Recovered} THEN CASE n.status WHEN 'healthy' THEN 'recovered'
                     ELSE 'not_meant' END
                        ELSE '' END AS reason,
                   o.acknowledged_at IS NOT NULL AND n.is_wrong
                     AND array_position(@worst::text[], n.status::text) < array_position(@worst::text[], o.acknowledged_status::text) AS
                       is_worse,
                   n.is_wrong AND o.digest IS DISTINCT FROM n.digest AS is_news
              FROM {Standing(rule)}),
        changed AS (
            UPDATE alerts a
               SET status = f.status, previous = f.previous, since = f.since, conditions = f.conditions, digest = f.digest, frozen =
                 f.frozen,
                   well_since = f.well_since, ended_at = f.ended_at, reason = f.reason,
                   deployment_object_id = COALESCE(f.deployment_object_id, a.deployment_object_id), revision = COALESCE(f.revision,
                     a.revision), revised_at = COALESCE(f.revised_at, a.revised_at),
                   acknowledged_at = CASE WHEN f.is_worse THEN NULL ELSE a.acknowledged_at END,
                   pods_ready = CASE WHEN f.is_news THEN {VerdictSql.PodsReady} ELSE a.pods_ready END,
                   pods_total = CASE WHEN f.is_news THEN {VerdictSql.PodsTotal} ELSE a.pods_total END,
                   finding = CASE WHEN f.is_news THEN h.summary -> 'findings' -> 0 ELSE a.finding END
              FROM followed f
              LEFT JOIN LATERAL (
                   SELECT summary FROM deployment_health
                    WHERE f.is_news AND agent_id = f.agent_id AND deployment_object_id = f.deployment_object_id OFFSET 0) h ON TRUE
             WHERE a.id = f.id
               AND (f.ended_at IS NOT NULL OR (a.status, a.since, a.conditions, a.digest, a.frozen, a.well_since, a.revision)
                   IS DISTINCT FROM (f.status, f.since, f.conditions, f.digest, f.frozen, f.well_since, COALESCE(f.revision, a.revision)))
            RETURNING a.id),
        {Lasting("compared")} AND w.alert_id IS NULL),
        opened AS (
            INSERT INTO alerts (rule_id, rule_name, agent_id, agent_name, stack_id, stack_name, name, deployment_object_id, revision,
                                revised_at, status, previous, since, conditions, digest, pods_ready, pods_total, finding, group_key)
            SELECT @rule, @ruleName, f.*, {GroupKey} FROM (SELECT {Facts} FROM {FactsFrom}) f
             ORDER BY f.agent_id, f.stack_id, f.name
            ON CONFLICT DO NOTHING RETURNING id)
        SELECT ((SELECT COUNT(*) FROM changed) + (SELECT COUNT(*) FROM opened))::int
        """;

    /// <summary>One rule's pass over agents.</summary>
    public const string Agents = $"""
        WITH {Silent},
        open AS (SELECT * FROM alerts WHERE rule_id = @rule AND ended_at IS NULL AND stack_id IS NULL),
        followed AS (
            SELECT o.id, s.id IS NULL AS is_gone, f.id IS NOT NULL AS is_silent,
                   CASE WHEN f.id IS NULL AND s.id IS NOT NULL THEN COALESCE(o.well_since, NOW()) END AS well_since
              FROM open o LEFT JOIN silent s ON s.id = o.agent_id LEFT JOIN fallen f ON f.id = o.agent_id),
        changed AS (
            UPDATE alerts a
               SET well_since = f.well_since,
                   ended_at = CASE WHEN f.is_gone OR f.well_since + @recover * INTERVAL '1 second' <= NOW() THEN NOW() END,
                   reason = CASE WHEN f.is_gone THEN CASE WHEN @meansSilence THEN 'removed' ELSE 'not_meant' END
                                 WHEN f.well_since + @recover * INTERVAL '1 second' <= NOW() THEN 'recovered' ELSE '' END
              FROM followed f
             WHERE a.id = f.id AND (f.is_gone OR f.well_since + @recover * INTERVAL '1 second' <= NOW()
                                    OR a.well_since IS DISTINCT FROM f.well_since)
            RETURNING a.id),
        opened AS (
            INSERT INTO alerts (rule_id, rule_name, agent_id, agent_name, group_key, status, previous, since)
            SELECT @rule, @ruleName, f.id, f.name, '{SilentAgents}', 'silent', '', f.since FROM fallen f
             WHERE NOT EXISTS (SELECT FROM open o WHERE o.agent_id = f.id)
            ON CONFLICT DO NOTHING RETURNING id)
        SELECT ((SELECT COUNT(*) FROM changed) + (SELECT COUNT(*) FROM opened))::int
        """;

    /// <summary>Rules that count, held until the pass is over.</summary>
    public const string Rules = """
        SELECT id, name, enabled, provisioned, settings::text AS settings FROM alert_rules WHERE enabled ORDER BY id FOR KEY SHARE
        """;

    /// <summary>What no rule means any more.</summary>
    public const string EndOrphans = """
        UPDATE alerts SET ended_at = NOW(), reason = 'not_meant' WHERE ended_at IS NULL AND rule_id <> ALL(@rules::uuid[])
        """;

    /// <summary>Whether a silence of the parameter <c>silences</c> holds an alert <c>a</c> back.</summary>
    public const string IsSilenced = """
        EXISTS (SELECT FROM jsonb_to_recordset(@silences::jsonb)
                         AS q(statuses text[], conditions text[], stacks uuid[], agents uuid[], names text[])
                 WHERE (q.statuses IS NULL OR a.status = ANY(q.statuses)) AND (q.conditions IS NULL OR a.conditions && q.conditions)
                   AND (q.stacks IS NULL OR a.stack_id = ANY(q.stacks)) AND (q.agents IS NULL OR a.agent_id = ANY(q.agents))
                   AND (q.names IS NULL OR a.name = ANY(q.names)))
        """;
}
