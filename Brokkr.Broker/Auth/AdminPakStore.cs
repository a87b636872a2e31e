using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using LinqToDB.Data;

namespace Brokkr.Broker.Auth;

/// <summary>Takes in the admin key with which everything begins.</summary>
internal sealed class AdminPakStore(Func<BrokerDb> openDb)
{
    /// <summary>Stores the first admin key; false where an admin key is in force already, whichever broker made it.</summary>
    public async Task<bool> AddFirstAdminAsync(Pak pak, string name, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.ExecuteAsync("LOCK TABLE paks IN SHARE ROW EXCLUSIVE MODE", ct);
        var added = await db.ListAsync<string>(
            $"""
             WITH added AS (
                 INSERT INTO paks (id, role, name, secret_hash) SELECT @id, 'admin', @name, @hash
                  WHERE NOT EXISTS (SELECT 1 FROM paks WHERE role = 'admin' AND {ActivePakStore.InForce})
                 RETURNING id, name),
                  audit AS ({Actor.Audit}, 'create_pak', id, name FROM added)
             SELECT id FROM added
             """,
            new { id = pak.Id, name, hash = pak.SecretHash, by = Actor.Broker.Values }, ct);
        await transaction.CommitAsync(ct);
        return added.Count == 1;
    }

    /// <summary>
    /// Stores an admin key that was made elsewhere, unless it is known. False where it is not in force afterwards. Idempotent.
    /// </summary>
    public async Task<bool> AddAdminAsync(Pak pak, string name, CancellationToken ct)
    {
        await using var db = openDb();
        await db.RunAsync(
            $"""
             WITH added AS (
                 INSERT INTO paks (id, role, name, secret_hash) VALUES (@id, 'admin', @name, @hash) ON CONFLICT (id) DO NOTHING
                 RETURNING id, name)
             {Actor.Audit}, 'create_pak', id, name FROM added
             """,
            new { id = pak.Id, name, hash = pak.SecretHash, by = Actor.Broker.Values }, ct);
        return await db.FindAsync<string>(
            $"SELECT id FROM paks WHERE id = @id AND role = 'admin' AND secret_hash = @hash AND {ActivePakStore.InForce}",
            new { id = pak.Id, hash = pak.SecretHash }, ct) is not null;
    }
}
