using Brokkr.Bench.Stage;
using Npgsql;

namespace Brokkr.Bench.Scale;

/// <summary>A large fleet in a database, and what of it the calls are about.</summary>
internal sealed class ScaleFleet(NpgsqlDataSource database, IReadOnlyList<SeededAgent> agents, Guid stack, Guid middle, Guid @object)
{
    /// <summary>Of the n-th call: agents that report, each a different one as long as there are enough.</summary>
    private const int Step = 20;

    public SeededAgent Agent(int n) => agents[((n * Step) + 1) % agents.Count];

    /// <summary>How many calls find an agent that no other call found.</summary>
    public int Times(int most) => Math.Clamp((agents.Count / Step) - 1, 2, most);

    public Guid Stack { get; } = stack;

    /// <summary>The agent that reads are about; it reports.</summary>
    public Guid Middle { get; } = middle;

    /// <summary>A deployment object of that agent.</summary>
    public Guid Object { get; } = @object;

    /// <summary>Fills an empty database whose tables exist.</summary>
    public static async Task<ScaleFleet> PlantAsync(NpgsqlDataSource database, int agents, int stacks, int objects, CancellationToken ct)
    {
        var seed = new FleetSeed(database);
        var planted = await seed.PlantAsync(agents, stacks, objects, reported: true, ct);
        // Each object of every hundredth agent changed thirty times, and what was done is noted for as long as a broker keeps it.
        await database.ExecuteAsync("""
            INSERT INTO health_transitions (agent_id, deployment_object_id, from_status, to_status, conditions, at)
            SELECT p.agent_id, p.deployment_object_id, CASE WHEN n % 2 = 0 THEN 'healthy' ELSE 'failing' END,
                   CASE WHEN n % 2 = 0 THEN 'failing' ELSE 'healthy' END, '{}', NOW() - n * INTERVAL '1 day'
              FROM agents a JOIN placements p ON p.agent_id = a.id CROSS JOIN generate_series(1, 30) n
             WHERE substr(a.name, 7)::int % 100 = 1 ORDER BY n DESC;
            INSERT INTO audit_trail (at, actor, actor_pak_id, actor_role, address, action, object_id, object_name)
            SELECT NOW() - n * INTERVAL '1 minute', 'seed', '0000000000', 'admin', '127.0.0.1', 'create_stack', n::text, 'stack'
              FROM generate_series(129600, 1, -1) n;
            """, ct);
        await database.ExecuteAsync("VACUUM ANALYZE health_transitions, audit_trail", ct);
        var middle = planted[(agents / 2 / 100 * 100) + 1].Id;
        var stack = (await seed.ListAsync($"SELECT stack_id FROM agent_targets WHERE agent_id = '{middle}'", ct))[0];
        return new(database, planted, stack, middle, (await seed.ObjectsOfAsync(middle, ct))[0]);
    }

    /// <summary>Makes every agent responsible for a stack that has nothing yet.</summary>
    public Task TargetAllAsync(Guid target, CancellationToken ct) =>
        database.ExecuteAsync($"INSERT INTO agent_targets (agent_id, stack_id) SELECT id, '{target}' FROM agents ORDER BY id", ct);

    public async Task<long> EpochAsync(int n, CancellationToken ct) =>
        (long)await database.NumberAsync($"SELECT COALESCE(epoch, 0) FROM agents WHERE id = '{Agent(n).Id}'", ct);

    public async Task<Guid> ObjectOfAsync(int n, CancellationToken ct) =>
        (await new FleetSeed(database).ObjectsOfAsync(Agent(n).Id, ct))[0];

    /// <summary>What takes the most room, in MiB with indexes.</summary>
    public async Task<List<(string Table, double Rows, double Size)>> SizesAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            SELECT c.relname, SUM(GREATEST(p.reltuples, 0))::float8, (SUM(pg_total_relation_size(p.oid)) / 1048576)::float8 AS size
              FROM pg_class c JOIN pg_class p ON p.oid = c.oid OR p.oid IN (SELECT relid FROM pg_partition_tree(c.oid))
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
               AND p.relkind = 'r'
             GROUP BY c.oid ORDER BY size DESC LIMIT 8
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var sizes = new List<(string, double, double)>();
        while (await reader.ReadAsync(ct))
            sizes.Add((reader.GetString(0), reader.GetDouble(1), reader.GetDouble(2)));
        return sizes;
    }
}
