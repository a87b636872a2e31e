using Brokkr.Broker.Auth;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using LinqToDB.Data;

namespace Brokkr.Broker.Fleet;

/// <summary>Reads and writes <c>agents</c>.</summary>
internal sealed class AgentStore(Func<BrokerDb> openDb)
{
    private const string Select = """
        SELECT a.id, a.name, a.created_at, a.last_seen_at, f.deletion_held_count, f.deletion_held_number, f.deletion_held_since,
               f.missing_rights, f.kubernetes_version, f.cluster_id
          FROM agents a LEFT JOIN agent_facts f ON f.agent_id = a.id
        """;

    /// <summary>Registers an agent together with its key; null where the name is taken.</summary>
    public async Task<AgentRow?> AddAsync(string name, Pak pak, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<AgentRow>(
            $"""
             WITH agent AS (INSERT INTO agents (name) VALUES (@name) ON CONFLICT (name) DO NOTHING RETURNING *),
                  pak AS (INSERT INTO paks (id, role, agent_id, name, secret_hash, created_by)
                    SELECT @pakId, 'agent', id, @name, @hash, @createdBy FROM agent),
                  audit AS ({Actor.Audit}, 'create_agent', id::text, name FROM agent)
             SELECT id, name, created_at, last_seen_at FROM agent
             """,
            new { name, pakId = pak.Id, hash = pak.SecretHash, createdBy = by.Name, by = by.Values }, ct);
    }

    public async Task<AgentRow?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<AgentRow>($"{Select} WHERE a.id = @id", new { id }, ct);
    }

    /// <summary>Lists agents by name, those after a name only.</summary>
    public async Task<List<AgentRow>> ListAsync(string after, int limit, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<AgentRow>(
            $"{Select} WHERE a.name > @after ORDER BY a.name LIMIT @limit", new { after, limit }, ct);
    }

    /// <summary>Deletes an agent with all that belongs to it; false where there is none.</summary>
    public async Task<bool> DeleteAsync(Guid id, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ExecuteAsync(
            $"WITH gone AS (DELETE FROM agents WHERE id = @id RETURNING id, name) {Actor.Audit}, 'delete_agent', id::text, name FROM gone",
            ct, new DataParameter("id", id), new DataParameter("by", by.Values)) == 1;
    }
}
