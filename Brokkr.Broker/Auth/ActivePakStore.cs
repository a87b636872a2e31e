using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Auth;

/// <summary>Reads the keys that are in force, as verifying needs it.</summary>
internal sealed class ActivePakStore(Func<BrokerDb> openDb)
{
    /// <summary>A key is accepted, at this very moment: a transaction's time stands still while it waits.</summary>
    public const string InForce = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())";

    /// <summary>Answers a key that is in force.</summary>
    public async Task<ActivePakRow?> FindAsync(string id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<ActivePakRow>(
            $"""
             SELECT id, role, agent_id, name, secret_hash, EXTRACT(EPOCH FROM ({PakStore.Expiry}) - NOW())::double precision AS expires_in
               FROM paks p WHERE id = @id AND {InForce}
             """,
            new { id }, ct);
    }

    /// <summary>Those of the identifiers that are of keys in force.</summary>
    public async Task<List<string>> ListInForceAsync(string[] ids, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<string>($"SELECT id FROM paks WHERE id = ANY(@ids) AND {InForce}", new { ids }, ct);
    }

    /// <summary>
    /// Notes that keys, and the agents they belong to, were heard. Where others hold a row the next call will do: nobody waits here, and
    /// so nobody waits for who waits.
    /// </summary>
    public async Task RecordUseAsync(string[] ids, Guid[] agents, CancellationToken ct)
    {
        await using var db = openDb();
        await db.RunAsync(
            """
            WITH used AS (
                UPDATE paks SET last_used_at = NOW() WHERE id IN (
                    SELECT id FROM paks WHERE id = ANY(@ids) AND (last_used_at IS NULL OR last_used_at < NOW() - INTERVAL '1 minute')
                       FOR NO KEY UPDATE SKIP LOCKED))
            UPDATE agents SET last_seen_at = NOW() WHERE id IN (
                SELECT id FROM agents WHERE id = ANY(@agents) AND (last_seen_at IS NULL OR last_seen_at < NOW() - INTERVAL '5 seconds')
                   FOR NO KEY UPDATE SKIP LOCKED)
            """,
            new { ids, agents }, ct);
    }
}
