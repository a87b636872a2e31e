using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Google.Protobuf;

namespace Brokkr.Broker.Alerts.Silences;

/// <summary>Reads and writes <c>alert_silences</c>.</summary>
internal sealed class AlertSilenceStore(Func<BrokerDb> openDb)
{
    /// <summary>More than anybody keeps an eye on; each is looked at with every pass.</summary>
    public const int Most = 1000;

    private const string Columns =
        "s.id, s.settings::text AS settings, s.starts_at, NULLIF(s.ends_at, 'infinity') AS ends_at, s.created_by, s.created_at";

    /// <summary>Creates a silence; null where there are too many.</summary>
    public async Task<SilenceRow?> AddAsync(Silence silence, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<SilenceRow>(
            $"""
             WITH s AS (
                 INSERT INTO alert_silences (settings, starts_at, ends_at, created_by)
                 SELECT @settings::jsonb, COALESCE(@startsAt::timestamptz, NOW()), COALESCE(@endsAt::timestamptz, 'infinity'), @name
                  WHERE (SELECT COUNT(*) FROM alert_silences WHERE ends_at > NOW()) < {Most}
                 RETURNING *),
                  audit AS ({Actor.Audit}, 'create_alert_silence', id::text, '' FROM s)
             SELECT {Columns} FROM s
             """,
            new
            {
                settings = JsonFormatter.Default.Format(silence.ToWire()),
                startsAt = silence.StartsAt?.UtcDateTime,
                endsAt = silence.EndsAt?.UtcDateTime,
                name = by.Name,
                by = by.Values,
            }, ct);
    }

    /// <summary>Lists silences that are not over, newest first, a page of them.</summary>
    public async Task<List<SilenceRow>> ListAsync(Page<SilenceKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<SilenceRow>(
            $"""
             SELECT {Columns} FROM alert_silences s
              WHERE s.ends_at > NOW()
                AND (@before::timestamptz IS NULL OR (s.created_at, s.id) < (@before::timestamptz, @beforeId))
              ORDER BY s.created_at DESC, s.id DESC LIMIT @limit
             """,
            new { before = page.After?.CreatedAt.UtcDateTime, beforeId = page.After?.Id ?? Guid.Empty, limit = page.Fetch }, ct);
    }

    /// <summary>Ends a silence; false where there is none.</summary>
    public async Task<bool> EndAsync(Guid id, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindValueAsync<Guid>(
            $"""
             WITH s AS (SELECT id FROM alert_silences WHERE id = @id),
                  ended AS (UPDATE alert_silences SET ends_at = NOW() WHERE id = @id AND ends_at > NOW() RETURNING id),
                  audit AS ({Actor.Audit}, 'end_alert_silence', id::text, '' FROM ended)
             SELECT id FROM s
             """,
            new { id, by = by.Values }, ct) is not null;
    }
}
