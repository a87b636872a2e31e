using Brokkr.Broker.Auth;
using Brokkr.Broker.Storage;
using LinqToDB.Data;

namespace Brokkr.Broker.Fleet;

/// <summary>Reads and writes <c>stacks</c>.</summary>
internal sealed class StackStore(Func<BrokerDb> openDb)
{
    /// <summary>Creates a stack; null where the name is taken.</summary>
    public async Task<StackRow?> AddAsync(string name, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<StackRow>(
            $"""
             WITH stack AS (INSERT INTO stacks (name) VALUES (@name) ON CONFLICT (name) DO NOTHING RETURNING id, name, created_at),
                  audit AS ({Actor.Audit}, 'create_stack', id::text, name FROM stack)
             SELECT id, name, created_at FROM stack
             """,
            new { name, by = by.Values }, ct);
    }

    public async Task<StackRow?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<StackRow>("SELECT id, name, created_at FROM stacks WHERE id = @id", new { id }, ct);
    }

    public async Task<StackRow?> FindByNameAsync(string name, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<StackRow>("SELECT id, name, created_at FROM stacks WHERE name = @name", new { name }, ct);
    }

    /// <summary>Lists stacks by name, those after a name only.</summary>
    public async Task<List<StackRow>> ListAsync(string after, int limit, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<StackRow>(
            "SELECT id, name, created_at FROM stacks WHERE name > @after ORDER BY name LIMIT @limit", new { after, limit }, ct);
    }

    /// <summary>Deletes a stack with all that belongs to it; false where there is none.</summary>
    public async Task<bool> DeleteAsync(Guid id, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (!await db.HoldStackAsync(id, ct))
            return false;
        var agents = await db.HoldAgentsAsync(id, ct);
        await db.ExecuteAsync(
            $"WITH gone AS (DELETE FROM stacks WHERE id = @id RETURNING id, name) {Actor.Audit}, 'delete_stack', id::text, name FROM gone",
            ct, new DataParameter("id", id), new DataParameter("by", by.Values));
        await db.TallyAsync(agents, ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}
