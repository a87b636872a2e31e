using System.Data;
using System.Text.Json;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Reads the figures of the whole fleet, and of its stacks where that is wanted.</summary>
internal sealed class FleetStore(Func<BrokerDb> openDb, Staleness staleness, HealthOptions options)
{
    private const string SampleSql = $"""
        WITH verdicts AS ({TallySql.Sample}),
             heard AS (SELECT COUNT(*)::int AS agents,
                              (COUNT(*) FILTER (WHERE a.last_seen_at IS NOT NULL AND {Staleness.IsSilent}))::int AS silent_agents,
                              (COUNT(*) FILTER (WHERE a.last_seen_at IS NULL))::int AS unheard_agents FROM agents a),
             unclear AS (SELECT COUNT(*)::int AS unclear FROM {VerdictSql.Verdicts} v
                          WHERE v.reported = 'unknown' AND v.word IS NULL AND NOT v.conditions @> ARRAY['HealthDisabled']),
             facts AS (SELECT COUNT(*)::int AS holding_agents FROM agent_facts WHERE deletion_held_count IS NOT NULL),
             queue AS (SELECT (COUNT(*) FILTER (WHERE status = 'pending'))::int AS pending, (COUNT(*) FILTER (WHERE status =
               'claimed'))::int AS claimed,
                              COALESCE(EXTRACT(EPOCH FROM NOW() - MIN(created_at) FILTER (WHERE status = 'pending')), 0)::double precision
                                AS oldest_pending_seconds
                         FROM diagnostic_requests WHERE status IN ('pending', 'claimed') AND (status = 'claimed' OR expires_at > NOW()))
        SELECT verdicts.*, heard.*, unclear.*, facts.*, queue.* FROM verdicts, heard, unclear, facts, queue
        """;

    /// <summary>Whoever is later than another broker by less waits for it, and takes what it found.</summary>
    private const string KeptSql = """
        SELECT COALESCE(sampled_by <> @broker AND sampled_at > clock_timestamp() - INTERVAL '12 seconds' AND most_stacks >= @stacks, FALSE)
                 AS counts,
               fleet::text AS fleet, stacks::text AS stacks
          FROM fleet_samples FOR UPDATE
        """;

    private const string KeepSql = """
        UPDATE fleet_samples SET sampled_by = @broker, sampled_at = clock_timestamp(), most_stacks = @stacks, fleet = @fleet::jsonb,
               stacks = @counted::jsonb
        """;

    public async Task<FleetSampleRow> ReadAsync(CancellationToken ct)
    {
        await using var db = openDb();
        return await ReadAsync(db, ct);
    }

    /// <summary>
    /// The fleet, and its stacks with the worst health, so many as the settings allow: counted now, or by another broker a moment ago.
    /// </summary>
    /// <param name="broker">Who asks; what it counted itself is not taken for new.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<(FleetSampleRow Fleet, IReadOnlyList<StackSampleRow> Stacks)> SampleAsync(Guid broker, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginReadingAsync(IsolationLevel.ReadCommitted, ct);
        var kept = await db.FindAsync<KeptSampleRow>(KeptSql, new { broker, stacks = options.StackMetrics }, ct);
        if (kept is { Counts: true, Fleet: { } known, Stacks: { } former })
            return (Read<FleetSampleRow>(known), Read<List<StackSampleRow>>(former).Take(options.StackMetrics).ToList());
        var (fleet, stacks) = (await ReadAsync(db, ct), await ReadStacksAsync(db, ct));
        await db.RunAsync(KeepSql, new
        {
            broker,
            stacks = options.StackMetrics,
            fleet = JsonSerializer.Serialize(fleet),
            counted = JsonSerializer.Serialize(stacks),
        }, ct);
        await transaction.CommitAsync(ct);
        return (fleet, stacks);
    }

    private async Task<FleetSampleRow> ReadAsync(BrokerDb db, CancellationToken ct) =>
        (await db.FindAsync<FleetSampleRow>(SampleSql, new { staleAfter = staleness.Seconds }, ct))!;

    private async Task<List<StackSampleRow>> ReadStacksAsync(BrokerDb db, CancellationToken ct) => options.StackMetrics == 0
        ? []
        : await db.ListAsync<StackSampleRow>(
            $"""
             SELECT s.name, c.failing, c.degraded, c.unknown, c.healthy
               FROM (SELECT v.stack_id, {TallySql.ByStatus} FROM {VerdictSql.Verdicts} v GROUP BY v.stack_id) c
               JOIN stacks s ON s.id = c.stack_id
              ORDER BY {TallySql.WorstRank}, c.failing DESC, c.degraded DESC, s.name LIMIT @limit
             """,
            new { limit = options.StackMetrics, staleAfter = staleness.Seconds }, ct);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json)!;

    private sealed class KeptSampleRow
    {
        public bool Counts { get; set; }

        public string? Fleet { get; set; }

        public string? Stacks { get; set; }
    }
}
