using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Alerts.Delivery;

/// <summary>Hands messages out to whichever broker sends them, and notes what came of it.</summary>
internal sealed class DeliveryStore(Func<BrokerDb> openDb)
{
    /// <summary>
    /// Of a group only the oldest goes out, and of a receiver so many at a time, so that one that hangs holds up nobody else.
    /// </summary>
    private const string ClaimSql = """
        WITH due AS (
            SELECT d.id, ROW_NUMBER() OVER (PARTITION BY d.receiver_id ORDER BY d.number) AS place
              FROM alert_deliveries d JOIN alert_receivers r ON r.id = d.receiver_id AND r.enabled AND r.resume_at <= NOW()
             WHERE d.state = 'pending' AND d.next_at <= NOW() AND (d.claimed_until IS NULL OR d.claimed_until < NOW())
               AND NOT EXISTS (SELECT FROM alert_deliveries o
                                WHERE o.receiver_id = d.receiver_id AND o.rule_id = d.rule_id AND o.group_key = d.group_key
                                  AND o.state = 'pending' AND o.number < d.number)),
        busy AS (
            SELECT receiver_id, COUNT(*) AS count FROM alert_deliveries
             WHERE state = 'pending' AND claimed_until >= NOW() GROUP BY receiver_id),
        chosen AS (
            SELECT d.id FROM alert_deliveries d JOIN due u ON u.id = d.id LEFT JOIN busy b ON b.receiver_id = d.receiver_id
             WHERE u.place + COALESCE(b.count, 0) <= 2 AND d.state = 'pending' AND (d.claimed_until IS NULL OR d.claimed_until < NOW())
             ORDER BY d.number LIMIT @limit FOR UPDATE OF d SKIP LOCKED)
        UPDATE alert_deliveries d SET claimed_until = NOW() + INTERVAL '40 seconds', attempts = d.attempts + 1
          FROM chosen c WHERE d.id = c.id
        RETURNING d.id, d.receiver_id, d.body::text AS body, d.attempts
        """;

    /// <summary>What was given up of a group is made good by a newer message of it that arrives.</summary>
    private const string DeliveredSql = """
        WITH d AS (
            UPDATE alert_deliveries SET state = 'delivered', delivered_at = NOW(), claimed_until = NULL, last_error = ''
             WHERE id = @id AND state = 'pending' RETURNING receiver_id, rule_id, group_key, number),
        older AS (
            UPDATE alert_deliveries o SET state = 'replaced' FROM d
             WHERE d.group_key <> '' AND o.receiver_id = d.receiver_id AND o.rule_id = d.rule_id AND o.group_key = d.group_key
               AND o.state = 'dead' AND o.number < d.number)
        UPDATE alert_receivers r SET delivered_at = NOW(), last_error = '' FROM d WHERE r.id = d.receiver_id
        """;

    /// <summary>
    /// A message that a newer one of its group follows is not tried again: that one goes on with its tries. Where the receiver asks for
    /// patience, all its messages have it.
    /// </summary>
    private const string FailedSql = """
        WITH d AS (
            UPDATE alert_deliveries f
               SET claimed_until = NULL, last_error = @error, next_at = NOW() + @wait * INTERVAL '1 second',
                   state = CASE WHEN f.group_key <> '' AND EXISTS (
                                     SELECT FROM alert_deliveries n WHERE n.receiver_id = f.receiver_id AND n.rule_id = f.rule_id
                                        AND n.group_key = f.group_key AND n.state = 'pending' AND n.number > f.number) THEN 'replaced'
                                WHEN @isGone OR NOW() + @wait * INTERVAL '1 second' > f.retry_until THEN 'dead' ELSE 'pending' END
             WHERE id = @id AND state = 'pending'
            RETURNING receiver_id, rule_id, group_key, number, state, attempts, next_at, retry_until),
        next AS (
            UPDATE alert_deliveries n SET attempts = d.attempts, next_at = GREATEST(n.next_at, d.next_at),
                                          retry_until = LEAST(n.retry_until, d.retry_until)
              FROM d
             WHERE d.state = 'replaced' AND n.receiver_id = d.receiver_id AND n.rule_id = d.rule_id AND n.group_key = d.group_key
               AND n.state = 'pending' AND n.number > d.number)
        UPDATE alert_receivers r
           SET last_error = @error, resume_at = COALESCE(NOW() + @asked::double precision * INTERVAL '1 second', r.resume_at), enabled =
             r.enabled AND NOT @isGone,
               problem = CASE WHEN @isGone THEN 'It answered 410: it wants nothing any more.' ELSE r.problem END
          FROM d WHERE r.id = d.receiver_id RETURNING d.state
        """;

    /// <summary>Claims messages whose time has come.</summary>
    public async Task<List<ClaimedRow>> ClaimAsync(int limit, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<ClaimedRow>(ClaimSql, new { limit }, ct);
    }

    public async Task DeliveredAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        await db.RunAsync(DeliveredSql, new { id }, ct);
    }

    /// <summary>Notes that a try failed, and when the next one is; answers whether it was the last.</summary>
    public async Task<bool> FailedAsync(Guid id, Outcome outcome, TimeSpan wait, CancellationToken ct)
    {
        await using var db = openDb();
        var states = await db.ListAsync<string>(FailedSql,
            new
            {
                id,
                error = outcome.Error,
                wait = wait.TotalSeconds,
                asked = outcome.RetryAfter?.TotalSeconds,
                isGone = outcome.IsGone
            }, ct);
        return states is ["dead"];
    }

    /// <summary>Lists messages, newest first, a page of them.</summary>
    public async Task<List<DeliveryRow>> ListAsync(Guid? receiverId, string? state, Page<DeliveryKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<DeliveryRow>(
            $"""
             SELECT {DeliveryRow.Columns} FROM alert_deliveries d JOIN alert_receivers r ON r.id = d.receiver_id
              WHERE d.number < @before AND (@receiverId::uuid IS NULL OR d.receiver_id = @receiverId::uuid)
                AND (@state::text IS NULL OR d.state = @state::text)
              ORDER BY d.number DESC LIMIT @limit
             """,
            new { before = page.After?.Number ?? long.MaxValue, receiverId, state, limit = page.Fetch }, ct);
    }

    /// <summary>
    /// Sends what was given up once more; null where there is no such message, a row in another state where it was not given up or the
    /// receiver knows better since.
    /// </summary>
    public async Task<DeliveryRow?> RedeliverAsync(Guid id, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        await db.RunAsync(
            $"""
             WITH d AS (
                 UPDATE alert_deliveries o SET state = 'pending', next_at = NOW(), retry_until = NOW() + INTERVAL '24 hours'
                  WHERE id = @id AND state = 'dead'
                    AND (group_key = '' OR NOT EXISTS (
                             SELECT FROM alert_deliveries n WHERE n.receiver_id = o.receiver_id AND n.rule_id = o.rule_id
                                AND n.group_key = o.group_key AND n.number > o.number AND n.state IN ('pending', 'delivered')))
                 RETURNING id, group_key)
             {Actor.Audit}, 'redeliver_alert', id::text, left(group_key, 253) FROM d
             """,
            new { id, by = by.Values }, ct);
        return await db.FindAsync<DeliveryRow>(
            $"SELECT {DeliveryRow.Columns} FROM alert_deliveries d JOIN alert_receivers r ON r.id = d.receiver_id WHERE d.id = @id",
            new { id }, ct);
    }

    /// <summary>A receiver as it is kept, for whoever sends to it.</summary>
    public async Task<List<ReceiverRow>> ReceiversAsync(Guid[] ids, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<ReceiverRow>(
            $"SELECT {ReceiverStore.Columns} FROM alert_receivers r WHERE r.id = ANY(@ids)", new { ids }, ct);
    }
}
