using Brokkr.Bench.Load;
using Brokkr.Bench.Stage;
using Brokkr.Broker.Health;
using Brokkr.Broker.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Brokkr.Bench.Ingest;

/// <summary>Agents and their reports, prepared twice from the same content: as messages for the broker and as rows for pgbench.</summary>
internal sealed class IngestFleet(NpgsqlDataSource database, IReadOnlyList<SeededAgent> agents)
{
    /// <summary>Contents that take turns; each differs from the one before in every deployment object.</summary>
    public const int Variants = 2;

    public IReadOnlyList<SeededAgent> Agents { get; } = agents;

    /// <summary>The messages by agent and variant.</summary>
    public byte[][][] Messages { get; } = new byte[agents.Count][][];

    public async Task PrepareAsync(CancellationToken ct)
    {
        await database.ExecuteAsync("""
            CREATE TABLE bench_reports (
                agent INT, variant INT, agents UUID[], epochs BIGINT[], reports INT[], ids UUID[], statuses TEXT[], summaries TEXT[],
                conditions TEXT[], rollouts BOOL[], digests UUID[], times TEXT[],
                PRIMARY KEY (agent, variant))
            """, ct);
        var seed = new FleetSeed(database);
        for (var i = 0; i < Agents.Count; i++)
        {
            var objects = await seed.ObjectsOfAsync(Agents[i].Id, ct);
            Messages[i] = new byte[Variants][];
            for (var variant = 0; variant < Variants; variant++)
            {
                var items = objects.Select((id, n) => SampleReports.Of(id, n, variant)).ToList();
                Messages[i][variant] = ReportCalls.Prepare(Agents[i].Id, items);
                await StoreAsync(i, variant, ReportCheck.Of(items, DateTimeOffset.UnixEpoch.AddYears(100)).Rows, ct);
            }
        }
    }

    /// <summary>Begins a session for every agent, as a load that starts its numbers anew needs it; answers the epochs.</summary>
    public async Task<IReadOnlyList<long>> StartSessionsAsync(CancellationToken ct)
    {
        await database.ExecuteAsync("""
            WITH sessions AS (INSERT INTO agent_sessions (agent_id, agent_version, patience) SELECT id, '0.0.0', INTERVAL '3 minutes'
              FROM agents RETURNING agent_id, epoch)
            UPDATE agents a SET epoch = s.epoch FROM sessions s WHERE a.id = s.agent_id;
            UPDATE bench_reports r SET epochs = ARRAY[a.epoch] FROM agents a WHERE a.id = r.agents[1];
            """, ct);
        await using var command = database.CreateCommand("SELECT epochs[1] FROM bench_reports WHERE variant = 0 ORDER BY agent");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var epochs = new List<long>();
        while (await reader.ReadAsync(ct))
            epochs.Add(reader.GetInt64(0));
        return epochs;
    }

    private Task StoreAsync(int agent, int variant, List<ReportRow> rows, CancellationToken ct) => database.ExecuteAsync(
        """
        INSERT INTO bench_reports
          VALUES (@agent, @variant, ARRAY[@id], ARRAY[0], array_fill(1, ARRAY[cardinality(@ids)]), @ids, @statuses, @summaries, @conditions,
                  @rollouts, @digests, @times)
        """, ct,
        new("agent", agent), new("variant", variant), new("id", Agents[agent].Id), new("ids", rows.Select(r => r.Id).ToArray()),
        new("statuses", rows.Select(r => r.Status.Text()).ToArray()), new("summaries", rows.Select(r => r.Summary).ToArray()),
        new("conditions", rows.Select(r => r.Conditions).ToArray()), new("rollouts", rows.Select(r => r.IsRollingOut).ToArray()),
        new("digests", rows.Select(r => r.Digest).ToArray()),
        new("times", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = new string?[rows.Count] });
}
