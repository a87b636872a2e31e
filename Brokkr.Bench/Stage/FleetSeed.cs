using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Brokkr.Bench.Stage;

/// <summary>An agent with its key.</summary>
internal sealed record SeededAgent(Guid Id, string Pak);

/// <summary>
/// Fills a broker's database with a fleet before anything is measured. By SQL, since a fleet of thousands takes minutes through the API;
/// the rows are those that the API writes.
/// </summary>
internal sealed class FleetSeed(NpgsqlDataSource database)
{
    /// <summary>
    /// What a deployment object of this number holds: a Deployment of ten pods, as <see cref="Agent.ClusterRecording"/> has it running.
    /// </summary>
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

    /// <summary>
    /// Of a thousand verdicts 940 are healthy; of a hundred agents five are silent; of a hundred agents one has not reported yet.
    /// </summary>
    private const string Reported = """
        INSERT INTO agent_sessions (agent_id, agent_version, patience, heard_at, last_sequence)
        SELECT id, '0.0.0', INTERVAL '1 hour', NOW() - CASE WHEN substr(name, 7)::int % 20 = 7 THEN INTERVAL '2 hours'
          ELSE INTERVAL '0' END, 1 FROM agents
         WHERE substr(name, 7)::int % 100 <> 13;
        UPDATE agents a SET epoch = s.epoch FROM agent_sessions s WHERE s.agent_id = a.id;
        CREATE TEMP TABLE reports AS
        SELECT t.agent_id, d.id, d.stack_id, d.name, s.epoch, COALESCE(s.heard_at, NOW()) AS at,
               CASE WHEN s.epoch IS NULL THEN NULL WHEN draw.n < 940 THEN 'healthy' WHEN draw.n < 970 THEN 'degraded' WHEN draw.n < 990
                 THEN 'failing' ELSE 'unknown' END AS status,
               CASE WHEN s.epoch IS NULL OR draw.n < 940 THEN '{}'::text[] WHEN draw.n < 970 THEN '{ReadinessFailing}'
                 WHEN draw.n < 990 THEN '{CrashLoopBackOff}' ELSE '{ClusterUnreadable}' END AS conditions
          FROM agent_targets t JOIN deployment_objects d ON d.stack_id = t.stack_id LEFT JOIN agent_sessions s ON s.agent_id = t.agent_id
         CROSS JOIN LATERAL (SELECT abs(hashtext(t.agent_id::text || d.id::text)) % 1000 AS n) draw;
        INSERT INTO placements (agent_id, deployment_object_id, stack_id, name, targeted_at, since, received_at, epoch, sequence,
          confirmable, status, conditions, digest, checked_at)
        SELECT agent_id, id, stack_id, name, at, at, at, COALESCE(epoch, 0), CASE WHEN epoch IS NULL THEN 0
          ELSE 1 END, epoch IS NOT NULL, status, conditions,
               md5(id::text)::uuid, CASE WHEN epoch IS NOT NULL THEN at END FROM reports ORDER BY agent_id, id;
        INSERT INTO deployment_health (agent_id, deployment_object_id, status, summary, checked_at)
        SELECT agent_id, id, status, jsonb_build_object('pods_ready', 10, 'pods_total', 10, 'conditions', to_jsonb(conditions),
          'resources', jsonb_build_array(jsonb_build_object(
               'kind', 'Deployment', 'name', name, 'namespace', 'bench', 'api_version', 'apps/v1', 'ready', true, 'status', 'healthy',
                 'message', '10 of 10 replicas are available.'))), at
          FROM reports WHERE status IS NOT NULL ORDER BY agent_id, id;
        DROP TABLE reports;
        """;

    private const string Awaited = """
        INSERT INTO placements (agent_id, deployment_object_id, stack_id, name)
        SELECT t.agent_id, d.id, d.stack_id, d.name FROM agent_targets t JOIN deployment_objects d ON d.stack_id = t.stack_id
          ORDER BY t.agent_id, d.id;
        """;

    /// <summary>
    /// Makes stacks of deployment objects, and agents of which the i-th runs the i-th stack, beginning anew where the stacks end.
    /// </summary>
    /// <param name="agents">How many agents.</param>
    /// <param name="stacks">How many stacks.</param>
    /// <param name="objects">How many deployment objects each stack has.</param>
    /// <param name="reported">Whether the agents have reported.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IReadOnlyList<SeededAgent>> PlantAsync(int agents, int stacks, int objects, bool reported, CancellationToken ct)
    {
        var paks = Enumerable.Range(0, agents).Select(_ => Pak.Create(PakRole.Agent)).ToList();
        await database.ExecuteAsync(
            $"""
             INSERT INTO stacks (name) SELECT 'stack-' || s FROM generate_series(0, @stacks - 1) s;
             INSERT INTO deployment_objects (stack_id, name, revision, yaml)
             SELECT s.id, 'app-' || n, 1, format(@yaml, n) FROM stacks s CROSS JOIN generate_series(0, @objects - 1) n;
             INSERT INTO deployment_object_names SELECT DISTINCT name FROM deployment_objects;
             INSERT INTO agents (name) SELECT 'agent-' || a FROM generate_series(0, @agents - 1) a;
             INSERT INTO paks (id, role, agent_id, name, secret_hash)
             SELECT k.id, 'agent', a.id, a.name, k.hash FROM unnest(@ids, @hashes) WITH ORDINALITY k(id, hash, n)
               JOIN agents a ON a.name = 'agent-' || (k.n - 1);
             INSERT INTO agent_targets (agent_id, stack_id)
             SELECT a.id, s.id FROM agents a JOIN stacks s ON s.name = 'stack-' || (substr(a.name, 7)::int % @stacks);
             {(reported ? Reported : Awaited)}
             """,
            ct,
            new("stacks", stacks), new("objects", objects), new("agents", agents), new("yaml", Manifest),
            new("ids", paks.Select(p => p.Id).ToArray()),
            new("hashes", NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = paks.Select(p => p.SecretHash).ToArray() });
        var ids = await ListAsync("SELECT id FROM agents ORDER BY substr(name, 7)::int", ct);
        await using (var db = new BrokerDb(BrokerDb.OptionsFor(database)))
            await db.TallyAsync([.. ids], ct);
        await database.ExecuteAsync("VACUUM ANALYZE", ct);
        return [.. ids.Zip(paks, (id, pak) => new SeededAgent(id, pak.Reveal()))];
    }

    public Task<List<Guid>> ObjectsOfAsync(Guid agentId, CancellationToken ct) =>
        ListAsync($"SELECT deployment_object_id FROM placements WHERE agent_id = '{agentId}' ORDER BY length(name), name", ct);

    public async Task<List<Guid>> ListAsync(string sql, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(ct))
            ids.Add(reader.GetGuid(0));
        return ids;
    }
}
