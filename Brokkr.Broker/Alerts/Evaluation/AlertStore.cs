using System.Data;
using Brokkr.Broker.Alerts.Messages;
using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Alerts.Silences;
using Brokkr.Broker.Alerts.Telemetry;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using LinqToDB.Data;

namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>Reads <c>alerts</c>, which the passes write, and notes who looks after one.</summary>
internal sealed class AlertStore(Func<BrokerDb> openDb, AlertSilenceStore silences, Staleness staleness, TimeProvider clock)
{
    private const int PreviewRows = 100;

    /// <summary>What an alert does not have yet that is not open.</summary>
    private const string Blank = "@ruleName::text AS rule_name, '' AS reason, '' AS acknowledged_by, '' AS comment";

    private const string ListSql = $"""
        SELECT {AlertRow.Columns}, a.ended_at IS NULL AND {AlertSql.IsSilenced} AS silenced FROM alerts a
         WHERE (@isOpen::boolean IS NULL OR (a.ended_at IS NULL) = @isOpen::boolean)
           AND (@status::text IS NULL OR a.status = @status::text) AND (@stackId::uuid IS NULL OR a.stack_id = @stackId::uuid)
           AND (@agentId::uuid IS NULL OR a.agent_id = @agentId::uuid)
           AND (@text::text IS NULL OR strpos(lower(a.name), lower(@text)) > 0 OR strpos(lower(a.stack_name), lower(@text)) > 0
                OR strpos(lower(a.agent_name), lower(@text)) > 0
                OR EXISTS (SELECT FROM unnest(a.conditions) c WHERE strpos(lower(c), lower(@text)) > 0))
           AND (@afterAt::timestamptz IS NULL OR ((a.ended_at IS NULL), a.opened_at, a.id) < (@afterOpen, @afterAt::timestamptz, @afterId))
         ORDER BY (a.ended_at IS NULL) DESC, a.opened_at DESC, a.id DESC LIMIT @limit
        """;

    /// <summary>Lists alerts, open ones first, a page of them.</summary>
    public async Task<List<AlertRow>> ListAsync(AlertFilter filter, Page<AlertKey> page, CancellationToken ct)
    {
        var quiet = await SilencesAsync(ct);
        await using var db = openDb();
        await using var transaction = await db.BeginReadingAsync(IsolationLevel.ReadCommitted, ct);
        return await db.ListAsync<AlertRow>(ListSql, new
        {
            isOpen = filter.IsOpen,
            status = filter.Status,
            stackId = filter.StackId,
            agentId = filter.AgentId,
            text = filter.Text,
            silences = quiet,
            afterOpen = page.After?.IsOpen ?? true,
            afterAt = page.After?.OpenedAt.UtcDateTime,
            afterId = page.After?.Id ?? Guid.Empty,
            limit = page.Fetch,
        }, ct);
    }

    /// <summary>Notes that somebody looks after an alert; null where there is none, and an ended one as it is.</summary>
    public async Task<AlertRow?> AcknowledgeAsync(Guid id, string comment, Actor by, CancellationToken ct)
    {
        var quiet = await SilencesAsync(ct);
        await using var db = openDb();
        await db.RunAsync(
            $"""
             WITH a AS (
                 UPDATE alerts SET acknowledged_at = NOW(), acknowledged_by = @name, acknowledged_status = status, comment = @comment
                  WHERE id = @id AND ended_at IS NULL RETURNING id, stack_name, name, agent_name)
             {Actor.Audit}, 'acknowledge_alert', id::text, left(concat_ws('/', NULLIF(stack_name, ''), NULLIF(name, ''), agent_name), 253)
               FROM a
             """,
            new { id, comment, name = by.Name, by = by.Values }, ct);
        return await db.FindAsync<AlertRow>(
            $"SELECT {AlertRow.Columns}, a.ended_at IS NULL AND {AlertSql.IsSilenced} AS silenced FROM alerts a WHERE a.id = @id",
            new { id, silences = quiet }, ct);
    }

    /// <summary>What a rule would open now: so many rows, the worst first, and how many there are.</summary>
    public async Task<(List<AlertRow> Rows, int Total)> PreviewAsync(AlertRule rule, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginReadingAsync(IsolationLevel.RepeatableRead, ct);
        var watching = (await db.FindValueAsync<DateTimeOffset>("SELECT watching_since FROM alert_watch", new { }, ct))!.Value;
        var objects = await db.ListAsync<AlertRow>(
            $"""
             WITH {AlertSql.Wrong(rule)}, {AlertSql.Lasting("wrong")})
             SELECT {AlertSql.Facts}, {Blank}, (COUNT(*) OVER ())::int AS firing FROM {AlertSql.FactsFrom}
              ORDER BY array_position(@worst::text[], w.status::text), w.since LIMIT {PreviewRows}
             """,
            RuleSql.ObjectsOf(rule, staleness.Seconds), ct);
        var agents = await db.ListAsync<AlertRow>(
            $"""
             WITH {AlertSql.Silent}
             SELECT f.id AS agent_id, f.name AS agent_name, 'silent' AS status, f.since, '' AS stack_name, '' AS name, '' AS previous,
                    ARRAY[]::text[] AS conditions, {Blank}, (COUNT(*) OVER ())::int AS firing FROM fallen f
              ORDER BY f.since LIMIT {PreviewRows}
             """,
            RuleSql.AgentsOf(rule, staleness.Seconds, watching), ct);
        var rows = objects.Concat(agents).OrderBy(r => Array.IndexOf(AlertSql.WorstFirst, r.Status)).ThenBy(r => r.Since).Take(PreviewRows)
            .ToList();
        return (rows, (objects.FirstOrDefault()?.Firing ?? 0) + (agents.FirstOrDefault()?.Firing ?? 0));
    }

    /// <summary>
    /// What an Alertmanager is told: all that is open and meant for it and not silenced, and of what it was told what ended a short while
    /// ago. What is silenced later goes on, or it would take it for ended.
    /// </summary>
    public async Task<List<AlertRow>> ForAlertmanagerAsync(Guid receiverId, CancellationToken ct)
    {
        var quiet = await SilencesAsync(ct);
        await using var db = openDb();
        await using var transaction = await db.BeginReadingAsync(IsolationLevel.ReadCommitted, ct);
        return await db.ListAsync<AlertRow>(
            $"""
             SELECT {AlertRow.Columns} FROM alerts a LEFT JOIN alert_rules r ON r.id = a.rule_id
               LEFT JOIN alert_tellings t ON t.alert_id = a.id AND t.receiver_id = @receiver::uuid
              WHERE ((a.ended_at IS NULL AND (t.alert_id IS NOT NULL OR NOT {AlertSql.IsSilenced}))
                     OR (a.ended_at > NOW() - INTERVAL '5 minutes' AND t.alert_id IS NOT NULL AND NOT EXISTS (
                             SELECT FROM alerts o WHERE o.ended_at IS NULL AND o.rule_id = a.rule_id AND o.group_key = a.group_key
                                AND o.agent_id = a.agent_id AND o.stack_id IS NOT DISTINCT FROM a.stack_id AND o.name = a.name)))
                AND (r.id IS NULL OR NOT r.settings ? 'receiver_ids' OR jsonb_array_length(r.settings -> 'receiver_ids') = 0
                     OR r.settings -> 'receiver_ids' ? @receiver::text)
              ORDER BY a.rule_name, a.id
             """,
            new { receiver = receiverId.ToString(), silences = quiet }, ct);
    }

    /// <summary>The figures for metrics.</summary>
    public async Task<AlertSampleRow> SampleAsync(CancellationToken ct)
    {
        await using var db = openDb();
        return (await db.FindAsync<AlertSampleRow>(
            """
            SELECT (SELECT COUNT(*)::int FROM alerts WHERE ended_at IS NULL) AS open,
                   (SELECT COUNT(*)::int FROM alert_deliveries WHERE state = 'pending') AS pending,
                   (SELECT COUNT(*)::int FROM alert_deliveries d JOIN alert_receivers r ON r.id = d.receiver_id
                     WHERE d.state = 'dead' AND (r.enabled OR r.problem <> '')) AS dead,
                   (SELECT COALESCE(EXTRACT(EPOCH FROM NOW() - MIN(d.retry_until - INTERVAL '24 hours')), 0)::double precision
                      FROM alert_deliveries d JOIN alert_receivers r ON r.id = d.receiver_id AND r.enabled WHERE d.state = 'pending')
                     AS oldest_pending_seconds,
                   (SELECT LEAST(EXTRACT(EPOCH FROM NOW() - GREATEST(seen_at, watching_since)), 1e9)::double precision
                     FROM alert_watch) AS watch_age_seconds
            """,
            new { }, ct))!;
    }

    /// <summary>Deletes what ended or was sent so many days ago; answers how many alerts and messages that were.</summary>
    public async Task<(int Alerts, int Deliveries)> SweepAsync(int days, CancellationToken ct)
    {
        await using var db = openDb();
        await db.SweepAsync("alert_silences", "ends_at < NOW() - @days * INTERVAL '1 day' ORDER BY id", ct, Days());
        await db.RunAsync(
            """
            DELETE FROM alert_groups g WHERE told_at < NOW() - INTERVAL '8 days'
               AND NOT EXISTS (SELECT FROM alerts a WHERE a.rule_id = g.rule_id AND a.group_key = g.group_key AND a.ended_at IS NULL)
            """, new { }, ct);
        return (
            await db.SweepAsync("alerts", "ended_at < NOW() - @days * INTERVAL '1 day' ORDER BY ended_at", ct, Days()),
            await db.SweepAsync("alert_deliveries",
                "state <> 'pending' AND created_at < NOW() - @days * INTERVAL '1 day' ORDER BY number", ct, Days()));

        DataParameter Days() => new("days", days);
    }

    /// <summary>Gives up what nobody tries any more, since its receiver is switched off; answers how much that was.</summary>
    public async Task<int> GiveUpAsync(CancellationToken ct)
    {
        await using var db = openDb();
        return await db.RunAsync(
            """
            UPDATE alert_deliveries SET state = 'dead', claimed_until = NULL,
                   last_error = CASE last_error WHEN '' THEN 'Its receiver was switched off.' ELSE last_error END
             WHERE state = 'pending' AND retry_until < NOW() AND (claimed_until IS NULL OR claimed_until < NOW())
               AND receiver_id IN (SELECT id FROM alert_receivers WHERE NOT enabled)
            """, new { }, ct);
    }

    private async Task<string> SilencesAsync(CancellationToken ct) => SilencesJson.Of(
        await silences.ListAsync(new Page<SilenceKey>(AlertSilenceStore.Most, null), ct), clock.GetUtcNow());
}
