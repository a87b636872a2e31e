using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Fleet;

/// <summary>Begins sessions in <c>agent_sessions</c>; reports carry them on.</summary>
internal sealed class SessionStore(Func<BrokerDb> openDb)
{
    /// <summary>So many sessions of an agent are known, besides those that verdicts belong to, however often it starts.</summary>
    private const int Kept = 20;

    /// <summary>
    /// Begins a session and answers its epoch, larger than every one before; null where there is no such agent. Sessions that no verdict
    /// belongs to are forgotten on the way: when nobody has spoken in them for an hour, and when many began since.
    /// </summary>
    public async Task<long?> StartAsync(
        Guid agentId, int reportIntervalSeconds, string agentVersion, string kubernetesVersion, string clusterId, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindValueAsync<long>(
            $"""
            WITH session AS (
                     INSERT INTO agent_sessions (agent_id, agent_version, patience)
                     SELECT id, @agentVersion, @patience * INTERVAL '1 second' FROM agents WHERE id = @agentId RETURNING epoch),
                 cluster AS (
                     INSERT INTO agent_facts AS f (agent_id, kubernetes_version, cluster_id)
                     SELECT id, @kubernetesVersion, @clusterId FROM agents WHERE id = @agentId
                     ON CONFLICT (agent_id) DO UPDATE
                        SET kubernetes_version = excluded.kubernetes_version, cluster_id = excluded.cluster_id),
                 forgotten AS (
                     DELETE FROM agent_sessions s
                      WHERE s.agent_id = @agentId AND (s.heard_at < NOW() - INTERVAL '1 hour' OR s.epoch < (
                            SELECT o.epoch FROM agent_sessions o WHERE o.agent_id = @agentId
                             ORDER BY o.epoch DESC OFFSET {Kept} - 1 LIMIT 1))
                        AND NOT EXISTS (SELECT 1 FROM placements p WHERE p.agent_id = s.agent_id AND p.epoch = s.epoch))
            UPDATE agents a SET epoch = GREATEST(a.epoch, s.epoch) FROM session s WHERE a.id = @agentId RETURNING s.epoch
            """,
            new { agentId, patience = Staleness.PatienceSeconds(reportIntervalSeconds), agentVersion, kubernetesVersion, clusterId }, ct);
    }
}
