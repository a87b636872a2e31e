using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Auth;

/// <summary>
/// Reads <c>audit_trail</c>. The statements that act write them themselves (<see cref="Actor.Audit"/>); what acts on nothing is written
/// here.
/// </summary>
internal sealed class AuditStore(Func<BrokerDb> openDb, Partitions partitions, AuthOptions options)
{
    /// <summary>Lists events, newest first, a page of them; empty filters let everything through.</summary>
    public async Task<List<AuditRow>> ListAsync(string actor, string action, DateTimeOffset? since, Page<AuditKey> page,
        CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<AuditRow>(
            """
            SELECT id, at, actor, actor_pak_id, actor_role, address, action, object_id, object_name, related_id FROM audit_trail
             WHERE id < @before AND at > NOW() - @days * INTERVAL '1 day'
               AND (@since::timestamptz IS NULL OR at >= @since::timestamptz)
               AND (@actor = '' OR actor = @actor OR actor_pak_id = @actor) AND (@action = '' OR action = @action)
             ORDER BY id DESC LIMIT @limit
            """,
            new
            {
                actor,
                action,
                since = since?.UtcDateTime,
                before = page.After?.Id ?? long.MaxValue,
                limit = page.Fetch,
                days = options.AuditDays,
            }, ct);
    }

    /// <summary>Writes down what no other statement does.</summary>
    public async Task AddAsync(Actor by, string action, string objectId, string objectName, CancellationToken ct)
    {
        await using var db = openDb();
        await db.RunAsync($"{Actor.Audit}, @action, @objectId, @objectName", new { by = by.Values, action, objectId, objectName }, ct);
    }

    /// <summary>
    /// Writes down that something was read, once for a reader, an object and an hour: who refreshes a page fills nothing. What is answered
    /// afterwards is in the trail.
    /// </summary>
    public async Task AddReadAsync(Actor by, string action, Guid objectId, string objectName, string relatedId, CancellationToken ct)
    {
        await using var db = openDb();
        await db.RunAsync(
            $"""
             {Actor.AuditHourly}, @action, @objectId, @objectName, @relatedId, hour
               FROM (SELECT FLOOR(EXTRACT(EPOCH FROM NOW()) / 3600)::bigint AS hour) present
              WHERE NOT EXISTS (
                 SELECT FROM audit_trail r WHERE r.actor_pak_id = {Actor.PakIdOf} AND r.action = @action AND r.object_id = @objectId
                    AND r.related_id = @relatedId AND r.read_hour = hour AND r.at >= to_timestamp(hour * 3600))
             ON CONFLICT DO NOTHING
             """,
            new { by = by.Values, action, objectId = objectId.ToString(), objectName, relatedId }, ct);
    }

    /// <summary>Whether a key wrote anything lately, by whichever broker.</summary>
    public async Task<bool> WroteAsync(string pakId, TimeSpan lately, CancellationToken ct)
    {
        await using var db = openDb();
        return (await db.FindValueAsync<bool>(
            """
            SELECT EXISTS (SELECT FROM audit_trail
             WHERE at > NOW() - @lately * INTERVAL '1 second' AND actor_pak_id = @pakId AND read_hour IS NULL)
            """,
            new { pakId, lately = lately.TotalSeconds }, ct))!.Value;
    }

    /// <summary>Forgets what is older than it is to be kept; answers how many events that were.</summary>
    public Task<int> SweepAsync(CancellationToken ct) => partitions.KeepAsync("audit_trail", options.AuditDays, ct);
}
