using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using LinqToDB.Data;

namespace Brokkr.Broker.Auth;

/// <summary>Reads <c>audit_events</c>, which the statements that act write themselves (<see cref="Actor.Audit"/>).</summary>
internal sealed class AuditStore(Func<BrokerDb> openDb)
{
    /// <summary>Lists events, newest first, a page of them; empty filters let everything through.</summary>
    public async Task<List<AuditRow>> ListAsync(string actor, string action, DateTimeOffset? since, Page<AuditKey> page,
        CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<AuditRow>(
            """
            SELECT id, at, actor, actor_pak_id, actor_role, address, action, object_id, object_name FROM audit_events
             WHERE id < @before AND (@since::timestamptz IS NULL OR at >= @since::timestamptz)
               AND (@actor = '' OR actor = @actor OR actor_pak_id = @actor) AND (@action = '' OR action = @action)
             ORDER BY id DESC LIMIT @limit
            """,
            new { actor, action, since = since?.UtcDateTime, before = page.After?.Id ?? long.MaxValue, limit = page.Fetch }, ct);
    }

    /// <summary>Forgets what is older than it is to be kept; answers how many events that were.</summary>
    public async Task<int> SweepAsync(TimeSpan keep, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ExecuteAsync("DELETE FROM audit_events WHERE at < NOW() - @keep * INTERVAL '1 second'", ct,
            new DataParameter("keep", keep.TotalSeconds));
    }
}
