using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using LinqToDB.Data;
using LinqToDB.Mapping;
using LinqToDB;

namespace Brokkr.Broker.Auth;

/// <summary>Reads <c>paks</c> as verifying needs it, and sees to the first one.</summary>
internal sealed class PakStore(Func<BrokerDb> openDb)
{
    /// <summary>A key is accepted.</summary>
    public const string InForce = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > NOW())";

    /// <summary>Answers a key that is in force.</summary>
    public async Task<PakRow?> FindAsync(string id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<PakRow>(
            $"""
             SELECT id, role, agent_id, name, secret_hash, EXTRACT(EPOCH FROM expires_at - NOW())::double precision AS expires_in
               FROM paks WHERE id = @id AND {InForce}
             """,
            new { id }, ct);
    }

    /// <summary>The identifiers of every key that is in force.</summary>
    public async Task<List<string>> ListIdsAsync(CancellationToken ct)
    {
        await using var db = openDb();
        return [.. (await db.ListAsync<IdRow>($"SELECT id FROM paks WHERE {InForce}", new { }, ct)).Select(r => r.Id)];
    }

    /// <summary>Notes that a key, and the agent it belongs to, was heard.</summary>
    public async Task RecordUseAsync(PakRow pak, CancellationToken ct)
    {
        await using var db = openDb();
        await db.ExecuteAsync(
            """
            WITH used AS (
                UPDATE paks SET last_used_at = NOW() WHERE id = @id AND (last_used_at IS NULL OR last_used_at < NOW() - INTERVAL '1 minute'))
            UPDATE agents SET last_seen_at = NOW() WHERE id = @agentId::uuid AND (last_seen_at IS NULL OR last_seen_at < NOW() - INTERVAL '5 seconds')
            """,
            ct, new DataParameter("id", pak.Id), new DataParameter("agentId", pak.AgentId, DataType.Guid));
    }

    /// <summary>Stores the first admin key; false where an admin key is in force already, whichever broker made it.</summary>
    public async Task<bool> AddFirstAdminAsync(Pak pak, string name, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.ExecuteAsync("LOCK TABLE paks IN SHARE ROW EXCLUSIVE MODE", ct);
        var added = await db.ListAsync<IdRow>(
            $"""
             WITH added AS (
                 INSERT INTO paks (id, role, name, secret_hash) SELECT @id, 'admin', @name, @hash
                  WHERE NOT EXISTS (SELECT 1 FROM paks WHERE role = 'admin' AND {InForce})
                 RETURNING id, name),
                  audit AS ({Actor.Audit}, 'create_pak', id, name FROM added)
             SELECT id FROM added
             """,
            new { id = pak.Id, name, hash = pak.SecretHash, by = Actor.Broker.Values }, ct);
        await transaction.CommitAsync(ct);
        return added.Count == 1;
    }

    /// <summary>Stores an admin key that was made elsewhere, unless it is known. False where it is not in force afterwards. Idempotent.</summary>
    public async Task<bool> AddAdminAsync(Pak pak, string name, CancellationToken ct)
    {
        await using var db = openDb();
        await db.ExecuteAsync(
            $"""
             WITH added AS (
                 INSERT INTO paks (id, role, name, secret_hash) VALUES (@id, 'admin', @name, @hash) ON CONFLICT (id) DO NOTHING
                 RETURNING id, name)
             {Actor.Audit}, 'create_pak', id, name FROM added
             """,
            ct, new DataParameter("id", pak.Id), new DataParameter("name", name), new DataParameter("hash", pak.SecretHash), new DataParameter("by", Actor.Broker.Values));
        return await db.FindAsync<IdRow>($"SELECT id FROM paks WHERE id = @id AND role = 'admin' AND secret_hash = @hash AND {InForce}", new { id = pak.Id, hash = pak.SecretHash }, ct) is not null;
    }

    private sealed class IdRow
    {
        [Column("id")]
        public string Id { get; set; } = "";
    }
}
