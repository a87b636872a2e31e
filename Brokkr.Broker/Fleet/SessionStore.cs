using Brokkr.Broker.Storage;
using LinqToDB.Mapping;

namespace Brokkr.Broker.Fleet;

/// <summary>Begins sessions in <c>agent_sessions</c>; reports carry them on.</summary>
internal sealed class SessionStore(Func<BrokerDb> openDb)
{
    /// <summary>
    /// Begins a session and answers its epoch, larger than every one before; null where there is no such agent. Sessions that nobody has spoken
    /// in for an hour and that no verdict belongs to are forgotten on the way.
    /// </summary>
    public async Task<long?> StartAsync(Guid agentId, int reportIntervalSeconds, string agentVersion, CancellationToken ct)
    {
        await using var db = openDb();
        var session = await db.FindAsync<EpochRow>(
            """
            WITH agent AS (UPDATE agents SET epoch = epoch + 1 WHERE id = @agentId RETURNING id, epoch),
                 forgotten AS (
                     DELETE FROM agent_sessions s USING agent a
                      WHERE s.agent_id = a.id AND s.heard_at < NOW() - INTERVAL '1 hour'
                        AND NOT EXISTS (SELECT 1 FROM placements p WHERE p.agent_id = s.agent_id AND p.epoch = s.epoch))
            INSERT INTO agent_sessions (agent_id, epoch, agent_version, report_interval_seconds)
            SELECT id, epoch, @agentVersion, @reportIntervalSeconds FROM agent RETURNING epoch
            """,
            new { agentId, reportIntervalSeconds, agentVersion }, ct);
        return session?.Epoch;
    }

    private sealed class EpochRow
    {
        [Column("epoch")]
        public long Epoch { get; set; }
    }
}
