using Brokkr.Broker.Auth;
using Brokkr.Broker.Storage;
using LinqToDB.Data;

namespace Brokkr.Broker.Ui.Sessions;

/// <summary>Reads and writes <c>console_sessions</c>. Every time is the database's.</summary>
internal sealed class ConsoleSessionStore(Func<BrokerDb> openDb)
{
    /// <summary>A session <c>s</c> still counts: 12 hours after it began at most, and an hour after somebody used it.</summary>
    private const string Lives = "s.ends_at > NOW() AND s.last_used_at > NOW() - INTERVAL '1 hour'";

    /// <summary>Begins a session of a key; false where the key is not in force.</summary>
    public async Task<bool> AddAsync(byte[] tokenHash, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ExecuteAsync(
            $"""
             WITH added AS (
                 INSERT INTO console_sessions (token_hash, pak_id, ends_at)
                 SELECT @tokenHash, id, LEAST(expires_at, NOW() + INTERVAL '12 hours') FROM paks WHERE id = @pakId
                   AND {ActivePakStore.InForce}
                 RETURNING pak_id)
             {Actor.Audit}, 'sign_in', p.id, p.name FROM added JOIN paks p ON p.id = added.pak_id
             """,
            ct, new("tokenHash", tokenHash), new("pakId", by.PakId), new("by", by.Values)) == 1;
    }

    /// <summary>
    /// The key behind a session; null where the session is over, or its key is. Asked for each request, so that either end counts at once,
    /// on every broker.
    /// </summary>
    /// <param name="isUse">Whether a person asks: only that keeps a session alive.</param>
    public async Task<ActivePakRow?> FindAsync(byte[] tokenHash, bool isUse, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<ActivePakRow>(
            $"""
             WITH used AS (
                 UPDATE console_sessions s SET last_used_at = NOW()
                  WHERE s.token_hash = @tokenHash AND @isUse AND {Lives} AND s.last_used_at < NOW() - INTERVAL '1 minute'
                 RETURNING s.pak_id),
                  heard AS (UPDATE paks p SET last_used_at = NOW() FROM used WHERE p.id = used.pak_id)
             SELECT p.id, p.role, p.agent_id, p.name, p.secret_hash, NULL::double precision AS expires_in
               FROM console_sessions s JOIN paks p ON p.id = s.pak_id WHERE s.token_hash = @tokenHash AND {Lives}
                 AND {ActivePakStore.InForce}
             """,
            new { tokenHash, isUse }, ct);
    }

    /// <summary>Ends a session. Idempotent.</summary>
    public async Task EndAsync(byte[] tokenHash, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        await db.ExecuteAsync(
            $"""
             WITH gone AS (DELETE FROM console_sessions WHERE token_hash = @tokenHash RETURNING pak_id)
             {Actor.Audit}, 'sign_out', p.id, p.name FROM gone JOIN paks p ON p.id = gone.pak_id
             """,
            ct, new("tokenHash", tokenHash), new("by", by.Values));
    }

    /// <summary>Forgets sessions that are over; answers how many that were. Any number of brokers may run it.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ExecuteAsync($"DELETE FROM console_sessions s WHERE NOT ({Lives})", ct);
    }
}
