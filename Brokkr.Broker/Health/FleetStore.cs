using System.Data;
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

    public async Task<FleetSampleRow> ReadAsync(CancellationToken ct)
    {
        await using var db = openDb();
        return (await db.FindAsync<FleetSampleRow>(SampleSql, new { staleAfter = staleness.Seconds }, ct))!;
    }

    /// <summary>The stacks with the worst health, so many as the settings allow; none where they allow none.</summary>
    public async Task<List<StackSampleRow>> ReadStacksAsync(CancellationToken ct)
    {
        if (options.StackMetrics == 0)
            return [];
        await using var db = openDb();
        await using var transaction = await db.BeginReadingAsync(IsolationLevel.ReadCommitted, ct);
        return await db.ListAsync<StackSampleRow>(
            $"""
             SELECT s.name, c.failing, c.degraded, c.unknown, c.healthy
               FROM (SELECT v.stack_id, {TallySql.ByStatus} FROM {VerdictSql.Verdicts} v GROUP BY v.stack_id) c
               JOIN stacks s ON s.id = c.stack_id
              ORDER BY {TallySql.WorstRank}, c.failing DESC, c.degraded DESC, s.name LIMIT @limit
             """,
            new { limit = options.StackMetrics, staleAfter = staleness.Seconds }, ct);
    }
}
