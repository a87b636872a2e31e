using Brokkr.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Brokkr.Bench.Stage;

/// <summary>An agent with its key.</summary>
internal sealed record SeededAgent(Guid Id, string Pak);

/// <summary>
/// Fills a broker's database with a fleet before anything is measured. By SQL, since a fleet of thousands takes minutes through the API; the rows are
/// those that the API writes.
/// </summary>
internal sealed class FleetSeed(NpgsqlDataSource database)
{
    /// <summary>Makes stacks of deployment objects, and agents of which the i-th runs the i-th stack, beginning anew where the stacks end.</summary>
    /// <param name="agents">How many agents.</param>
    /// <param name="stacks">How many stacks.</param>
    /// <param name="objects">How many deployment objects each stack has.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IReadOnlyList<SeededAgent>> PlantAsync(int agents, int stacks, int objects, CancellationToken ct)
    {
        var paks = Enumerable.Range(0, agents).Select(_ => Pak.Create(PakRole.Agent)).ToList();
        await RunAsync("""
            INSERT INTO stacks (name) SELECT 'stack-' || s FROM generate_series(0, @stacks - 1) s;
            INSERT INTO deployment_objects (stack_id, name, revision, yaml)
            SELECT s.id, 'app-' || n, 1, format(@yaml, n) FROM stacks s CROSS JOIN generate_series(0, @objects - 1) n;
            INSERT INTO agents (name) SELECT 'agent-' || a FROM generate_series(0, @agents - 1) a;
            INSERT INTO paks (id, role, agent_id, name, secret_hash)
            SELECT k.id, 'agent', a.id, a.name, k.hash FROM unnest(@ids, @hashes) WITH ORDINALITY k(id, hash, n) JOIN agents a ON a.name = 'agent-' || (k.n - 1);
            INSERT INTO agent_targets (agent_id, stack_id)
            SELECT a.id, s.id FROM agents a JOIN stacks s ON s.name = 'stack-' || (substr(a.name, 7)::int % @stacks);
            INSERT INTO placements (agent_id, deployment_object_id, stack_id, name)
            SELECT t.agent_id, d.id, d.stack_id, d.name FROM agent_targets t JOIN deployment_objects d ON d.stack_id = t.stack_id ORDER BY t.agent_id, d.id;
            INSERT INTO agent_tallies SELECT agent_id, 0, 0, 0, 0, COUNT(*), NULL, NULL, NULL, NULL, NULL FROM placements GROUP BY agent_id;
            ANALYZE;
            """,
            ct,
            new("stacks", stacks), new("objects", objects), new("agents", agents), new("yaml", Manifest),
            new("ids", paks.Select(p => p.Id).ToArray()), new("hashes", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = paks.Select(p => p.SecretHash).ToArray() });
        var ids = await ListAsync("SELECT id FROM agents ORDER BY substr(name, 7)::int", ct);
        return [.. ids.Zip(paks, (id, pak) => new SeededAgent(id, pak.Reveal()))];
    }

    public Task<List<Guid>> ObjectsOfAsync(Guid agentId, CancellationToken ct) =>
        ListAsync($"SELECT deployment_object_id FROM placements WHERE agent_id = '{agentId}' ORDER BY length(name), name", ct);

    /// <summary>What a deployment object of this number holds: a Deployment of ten pods, as <see cref="Agent.ClusterRecording"/> has it running.</summary>
    private const string Manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: app-%1$s
          namespace: bench
        spec:
          replicas: 10
          selector: {matchLabels: {app: app-%1$s}}
          template:
            metadata: {labels: {app: app-%1$s}}
            spec:
              containers:
              - name: web
                image: busybox:1.36
                command: [/bin/sh, -c, sleep infinity]
        """;

    private async Task<List<Guid>> ListAsync(string sql, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(ct))
            ids.Add(reader.GetGuid(0));
        return ids;
    }

    private async Task RunAsync(string sql, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 600;
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(ct);
    }
}
