using Brokkr.Broker.Alerts.Secrets;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Google.Protobuf;

namespace Brokkr.Broker.Alerts.Receivers;

/// <summary>Reads and writes <c>alert_receivers</c>, each change with its audit event.</summary>
internal sealed class ReceiverStore(Func<BrokerDb> openDb, SecretBox box)
{
    /// <summary>The receivers that messages are written for; an Alertmanager is told what is open instead.</summary>
    public const string TakersSql = "SELECT id FROM alert_receivers WHERE enabled AND kind <> 'alertmanager' ORDER BY id";

    /// <summary>Columns of a receiver r.</summary>
    public const string Columns = """
        r.id, r.name, r.kind, r.enabled, r.problem, r.provisioned, r.settings::text AS settings, r.sealed, r.created_at,
        r.delivered_at, r.last_error
        """;

    private const string Counts = """
        (SELECT COUNT(*)::int FROM alert_deliveries d WHERE d.receiver_id = r.id AND d.state = 'pending') AS pending,
        (SELECT COUNT(*)::int FROM alert_deliveries d WHERE d.receiver_id = r.id AND d.state = 'dead') AS dead
        """;

    /// <summary>Creates a receiver; null where the name is taken.</summary>
    public async Task<ReceiverRow?> AddAsync(string name, string kind, ReceiverContent content, Actor by, CancellationToken ct)
    {
        var id = Guid.NewGuid();
        await using var db = openDb();
        return await db.FindAsync<ReceiverRow>(
            $"""
             WITH r AS (
                 INSERT INTO alert_receivers (id, name, kind, settings, sealed) VALUES (@id, @name, @kind, @settings::jsonb, @sealed)
                 ON CONFLICT (name) DO NOTHING RETURNING *),
                  audit AS ({Actor.Audit}, 'create_alert_receiver', id::text, name FROM r)
             SELECT {Columns} FROM r
             """,
            new
            {
                id,
                name,
                kind,
                settings = JsonFormatter.Default.Format(content.Settings),
                @sealed = box.Seal(content.Secrets.ToJson(), id),
                by = by.Values,
            }, ct);
    }

    public async Task<ReceiverRow?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<ReceiverRow>($"SELECT {Columns}, {Counts} FROM alert_receivers r WHERE r.id = @id", new { id }, ct);
    }

    /// <summary>Lists receivers by name, a page of them.</summary>
    public async Task<List<ReceiverRow>> ListAsync(Page<NameKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<ReceiverRow>(
            $"SELECT {Columns}, {Counts} FROM alert_receivers r WHERE r.name > @after ORDER BY r.name LIMIT @limit",
            new { after = page.After?.Name ?? "", limit = page.Fetch }, ct);
    }

    /// <summary>Changes a receiver; null where there is none.</summary>
    /// <param name="id">The receiver.</param>
    /// <param name="enabled">Whether it is to be told anything; null leaves it.</param>
    /// <param name="content">What is kept of it; null leaves it.</param>
    /// <param name="action">What the audit trail calls the change.</param>
    /// <param name="by">Who changes it.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<ReceiverRow?> ChangeAsync(Guid id, bool? enabled, ReceiverContent? content, string action, Actor by,
        CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<ReceiverRow>(
            $"""
             WITH r AS (
                 UPDATE alert_receivers
                    SET enabled = COALESCE(@enabled::boolean, enabled), problem = CASE WHEN @enabled::boolean THEN '' ELSE problem END,
                        settings = COALESCE(@settings::jsonb, settings), sealed = COALESCE(@sealed::bytea, sealed)
                  WHERE id = @id RETURNING *),
                  audit AS ({Actor.Audit}, @action, id::text, name FROM r)
             SELECT {Columns}, {Counts} FROM r
             """,
            new
            {
                id,
                enabled,
                settings = content is null ? null : JsonFormatter.Default.Format(content.Settings),
                @sealed = content is null ? null : box.Seal(content.Secrets.ToJson(), id),
                action,
                by = by.Values,
            }, ct);
    }

    /// <summary>
    /// Makes a new secret for signatures and answers it; the old one signs too until a moment. Null where nothing is signed.
    /// </summary>
    public async Task<string?> RotateAsync(ReceiverRow row, DateTimeOffset until, Actor by, CancellationToken ct)
    {
        if (row.Open(box) is not { Kind: Wire.AlertReceiverKind.Types.Word.Webhook } old)
            return null;
        var secrets = old.Secrets with { Secret = SigningSecret.New(), OldSecret = old.Secrets.Secret, OldUntil = until };
        await ChangeAsync(row.Id, null, new(secrets, row.ToSettings()), "rotate_alert_receiver_secret", by, ct);
        return secrets.Secret;
    }

    /// <summary>Deletes a receiver with what was to be sent to it; false where there is none.</summary>
    public async Task<bool> DeleteAsync(Guid id, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.RunAsync(
            $"""
             WITH gone AS (DELETE FROM alert_receivers WHERE id = @id RETURNING id, name)
             {Actor.Audit}, 'delete_alert_receiver', id::text, name FROM gone
             """,
            new { id, by = by.Values }, ct) > 0;
    }

    /// <summary>
    /// Encrypts anew, with the first key, what another one encrypted, so that that one may go; answers how much that was.
    /// </summary>
    public async Task<int> ResealAsync(CancellationToken ct)
    {
        if (!box.CanSeal)
            return 0;
        await using var db = openDb();
        var old = (
            from row in await db.ListAsync<ReceiverRow>($"SELECT {Columns} FROM alert_receivers r ORDER BY r.id", new { }, ct)
            where !box.IsCurrent(row.Sealed)
            let text = box.Unseal(row.Sealed, row.Id)
            where text is not null
            select (row.Id, row.Sealed, Anew: box.Seal(text, row.Id))).ToList();
        return old.Count == 0 ? 0 : await db.RunAsync(
            """
            UPDATE alert_receivers r SET sealed = decode(o.anew, 'base64')
              FROM unnest(@ids::uuid[], @olds::text[], @anews::text[]) AS o(id, old, anew)
             WHERE r.id = o.id AND r.sealed = decode(o.old, 'base64')
            """,
            new
            {
                ids = old.Select(o => o.Id).ToArray(),
                olds = old.Select(o => Convert.ToBase64String(o.Sealed)).ToArray(),
                anews = old.Select(o => Convert.ToBase64String(o.Anew)).ToArray(),
            }, ct);
    }

    /// <summary>The Alertmanagers, which are told what is open.</summary>
    public async Task<List<ReceiverRow>> AlertmanagersAsync(CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<ReceiverRow>(
            $"SELECT {Columns} FROM alert_receivers r WHERE r.enabled AND r.kind = 'alertmanager' ORDER BY r.name", new { }, ct);
    }

    /// <summary>Notes what came of telling an Alertmanager of some alerts; an empty error that it went well.</summary>
    public async Task NoteAsync(Guid id, Guid[] told, string error, CancellationToken ct)
    {
        await using var db = openDb();
        await db.RunAsync(
            """
            WITH told AS (
                INSERT INTO alert_tellings (alert_id, receiver_id, status)
                SELECT a.id, r.id, CASE WHEN a.ended_at IS NULL THEN 'told' ELSE 'resolved' END
                  FROM alerts a JOIN alert_receivers r ON r.id = @id WHERE a.id = ANY(@told::uuid[]) AND @error = ''
                ON CONFLICT (alert_id, receiver_id) DO UPDATE SET status = excluded.status WHERE alert_tellings.status <> excluded.status)
            UPDATE alert_receivers SET last_error = @error, delivered_at = CASE WHEN @error = '' THEN NOW() ELSE delivered_at END
             WHERE id = @id
            """,
            new { id, told, error }, ct);
    }
}
