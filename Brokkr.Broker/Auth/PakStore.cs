using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using LinqToDB.Data;
using State = Brokkr.V1.PakState.Types.Word;

namespace Brokkr.Broker.Auth;

/// <summary>Issues, replaces and ends keys, each with its audit event in the same transaction. Every time is the database's.</summary>
internal sealed class PakStore(Func<BrokerDb> openDb)
{
    /// <summary>
    /// When a key p expires, at the latest when the calendar of the API ends: what the database holds can be later. Null stays null.
    /// </summary>
    public const string Expiry = "CASE WHEN p.expires_at IS NOT NULL THEN LEAST(p.expires_at, TIMESTAMPTZ '9999-12-30 00:00:00+00') END";

    /// <summary>Stores a key of an operator; null where it would have expired already, or would live for more than ten years.</summary>
    public async Task<PakRow?> AddAsync(Pak pak, string name, DateTimeOffset? expiresAt, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<PakRow>(
            $"""
             WITH p AS (
                 INSERT INTO paks (id, role, name, secret_hash, created_by, expires_at)
                 SELECT @id, @role, @name, @hash, @createdBy, @expiresAt::timestamptz
                  WHERE @expiresAt::timestamptz IS NULL
                     OR (@expiresAt::timestamptz > NOW() AND @expiresAt::timestamptz <= NOW() + INTERVAL '10 years')
                 RETURNING *),
                  audit AS ({Actor.Audit}, 'create_pak', id, name FROM p)
             SELECT {PakRow.Columns} FROM p
             """,
            new
            {
                id = pak.Id,
                role = PakWords.Of(pak.Role),
                name,
                hash = pak.SecretHash,
                createdBy = by.Name,
                expiresAt = expiresAt?.UtcDateTime,
                by = by.Values,
            },
            ct);
    }

    public async Task<PakRow?> FindAsync(string id, CancellationToken ct)
    {
        await using var db = openDb();
        return await FindAsync(db, id, ct);
    }

    /// <summary>Lists keys, newest first, a page of them.</summary>
    public async Task<List<PakRow>> ListAsync(Page<PakKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<PakRow>(
            $"""
             SELECT {PakRow.Columns} FROM paks p
              WHERE @before::timestamptz IS NULL OR (p.created_at, p.id) < (@before::timestamptz, @beforeId)
              ORDER BY p.created_at DESC, p.id DESC LIMIT @limit
             """,
            new { before = page.After?.CreatedAt.UtcDateTime, beforeId = page.After?.Id ?? "", limit = page.Fetch }, ct);
    }

    /// <summary>
    /// Stores the successor of a key and lets the old one run out; null where the old one is not in force. Of several at once one does.
    /// </summary>
    public async Task<PakRow?> RotateAsync(string id, Pak successor, TimeSpan overlap, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        var (_, rows) = await db.ListBothAsync<string, PakRow>(
            "SELECT id FROM paks WHERE id = @id FOR UPDATE",
            $"""
             WITH old AS (SELECT * FROM paks WHERE id = @id AND {ActivePakStore.InForce}),
                  ended AS (
                      UPDATE paks e SET expires_at = LEAST(o.expires_at, clock_timestamp() + @overlap * INTERVAL '1 second') FROM old o
                        WHERE e.id = o.id
                      RETURNING e.expires_at AS old_expires_at),
                  p AS (
                      INSERT INTO paks (id, role, agent_id, name, secret_hash, created_by, expires_at)
                      SELECT @newId, role, agent_id, name, @hash, @createdBy,
                             NOW() + CASE WHEN p.expires_at IS NOT NULL THEN LEAST(({Expiry}) - p.created_at, INTERVAL '10 years') END
                        FROM old p
                      RETURNING *),
                  audit AS ({Actor.Audit}, 'rotate_pak', id, name FROM old)
             SELECT {PakRow.Columns}, ended.old_expires_at FROM p, ended
             """,
            new
            {
                id,
                newId = successor.Id,
                hash = successor.SecretHash,
                createdBy = by.Name,
                overlap = overlap.TotalSeconds,
                by = by.Values
            }, ct);
        await transaction.CommitAsync(ct);
        return rows.SingleOrDefault();
    }

    /// <summary>
    /// Stores a new key of an agent and lets its old ones run out, those of others at this moment too; null where there is no such agent.
    /// </summary>
    public async Task<DateTimeOffset?> RotateOfAgentAsync(Guid agentId, Pak successor, TimeSpan overlap, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        var (_, rows) = await db.ListBothAsync<Guid, PakRow>(
            "SELECT id FROM agents WHERE id = @agentId FOR NO KEY UPDATE",
            $"""
             WITH agent AS (SELECT id, name FROM agents WHERE id = @agentId),
                  ended AS (
                      UPDATE paks e SET expires_at = LEAST(e.expires_at, clock_timestamp() + @overlap * INTERVAL '1 second') FROM agent a
                       WHERE e.agent_id = a.id AND {ActivePakStore.InForce}),
                  p AS (
                      INSERT INTO paks (id, role, agent_id, name, secret_hash, created_by) SELECT @newId, 'agent', id, name, @hash,
                        @createdBy FROM agent
                      RETURNING *),
                  audit AS ({Actor.Audit}, 'rotate_agent_pak', id::text, name FROM agent)
             SELECT {PakRow.Columns}, clock_timestamp() + @overlap * INTERVAL '1 second' AS old_expires_at FROM p
             """,
            new
            {
                agentId,
                newId = successor.Id,
                hash = successor.SecretHash,
                createdBy = by.Name,
                overlap = overlap.TotalSeconds,
                by = by.Values
            }, ct);
        await transaction.CommitAsync(ct);
        return rows.SingleOrDefault()?.OldExpiresAt;
    }

    /// <summary>Ends a key. Idempotent. An admin key is ended only while another one is in force, whatever races.</summary>
    public async Task<Revocation> RevokeAsync(string id, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        // Only what is looked at is held: a lock of the table would wait for whoever waits for an agent.
        await db.RunAsync(
            """
            SELECT id FROM paks WHERE id = @id OR (role = 'admin' AND EXISTS (SELECT 1 FROM paks o WHERE o.id = @id AND o.role = 'admin'))
             ORDER BY id FOR UPDATE
            """,
            new { id }, ct);
        if (await FindAsync(db, id, ct) is not { } pak)
            return Revocation.NotFound;
        if (pak.State == State.Revoked)
            return Revocation.Done;
        var revoked = await db.FindAsync<PakRow>(
            $"""
             WITH p AS (
                 UPDATE paks SET revoked_at = NOW()
                  WHERE id = @id AND (role <> 'admin' OR EXISTS (SELECT 1 FROM paks o WHERE o.role = 'admin' AND o.id <> @id
                    AND {ActivePakStore.InForce}))
                 RETURNING *),
                  audit AS ({Actor.Audit}, 'revoke_pak', id, name FROM p)
             SELECT {PakRow.Columns} FROM p
             """,
            new { id, by = by.Values }, ct);
        await transaction.CommitAsync(ct);
        return revoked is null ? Revocation.LastAdmin : Revocation.Done;
    }

    /// <summary>
    /// Forgets keys that have been over for a while; answers how many. Those that the broker took in by itself stay, or a file that still
    /// holds one would revive it.
    /// </summary>
    public async Task<int> SweepAsync(TimeSpan keep, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.SweepAsync(
            "paks", "created_by <> '' AND LEAST(revoked_at, expires_at) < NOW() - @keep * INTERVAL '1 second' ORDER BY id", ct,
            new DataParameter("keep", keep.TotalSeconds));
    }

    private static Task<PakRow?> FindAsync(BrokerDb db, string id, CancellationToken ct) =>
        db.FindAsync<PakRow>($"SELECT {PakRow.Columns} FROM paks p WHERE p.id = @id", new { id }, ct);
}
