using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Health;

/// <summary>Reads the figures of the whole fleet.</summary>
internal sealed class FleetStore(Func<BrokerDb> openDb, Staleness staleness)
{
    private const string SampleSql = $"""
        WITH verdicts AS ({TallySql.Sample}),
             heard AS (SELECT COUNT(*)::int AS agents,
                              (COUNT(*) FILTER (WHERE {Staleness.IsSilent}))::int AS silent_agents FROM agents a),
             facts AS (SELECT COUNT(*)::int AS holding_agents FROM agent_facts WHERE deletion_held_count IS NOT NULL),
             queue AS (SELECT (COUNT(*) FILTER (WHERE status = 'pending'))::int AS pending, (COUNT(*) FILTER (WHERE status =
               'claimed'))::int AS claimed,
                              COALESCE(EXTRACT(EPOCH FROM NOW() - MIN(created_at) FILTER (WHERE status = 'pending')), 0)::double precision
                                AS oldest_pending_seconds
                         FROM diagnostic_requests WHERE status IN ('pending', 'claimed') AND (status = 'claimed' OR expires_at > NOW()))
        SELECT verdicts.*, heard.*, facts.*, queue.* FROM verdicts, heard, facts, queue
        """;

    public async Task<FleetSampleRow> ReadAsync(CancellationToken ct)
    {
        await using var db = openDb();
        return (await db.FindAsync<FleetSampleRow>(SampleSql, new { staleAfter = staleness.Seconds }, ct))!;
    }
}
