using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using LinqToDB.Data;

namespace Brokkr.Broker.Auth;

/// <summary>Reads and writes <c>paks</c>.</summary>
internal sealed class PakStore(Func<BrokerDb> openDb)
{
    /// <summary>Answers a key that is in force.</summary>
    public async Task<PakRow?> FindAsync(string id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<PakRow>(
            "SELECT id, role, agent_id, name, secret_hash FROM paks WHERE id = @id AND revoked_at IS NULL", new { id }, ct);
    }

    /// <summary>Notes that a key, and the agent it belongs to, was heard.</summary>
    public async Task RecordUseAsync(PakRow pak, CancellationToken ct)
    {
        await using var db = openDb();
        await db.ExecuteAsync(
            "UPDATE paks SET last_used_at = NOW() WHERE id = @id AND (last_used_at IS NULL OR last_used_at < NOW() - INTERVAL '1 minute')",
            ct, new DataParameter("id", pak.Id));
        if (pak.AgentId is { } agentId)
            await db.ExecuteAsync("UPDATE agents SET last_seen_at = NOW() WHERE id = @id", ct, new DataParameter("id", agentId));
    }

    /// <summary>Stores the first admin key; false where an admin key is in force already, whichever broker made it.</summary>
    public async Task<bool> AddFirstAdminAsync(Pak pak, string name, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.ExecuteAsync("LOCK TABLE paks IN SHARE ROW EXCLUSIVE MODE", ct);
        var added = await db.ExecuteAsync(
            """
            INSERT INTO paks (id, role, name, secret_hash) SELECT @id, 'admin', @name, @hash
             WHERE NOT EXISTS (SELECT 1 FROM paks WHERE role = 'admin' AND revoked_at IS NULL)
            """,
            ct, new DataParameter("id", pak.Id), new DataParameter("name", name), new DataParameter("hash", pak.SecretHash));
        await transaction.CommitAsync(ct);
        return added == 1;
    }
}
