using Brokkr.Broker.Storage;
using LinqToDB.Data;

namespace Brokkr.Broker.Fleet;

/// <summary>
/// What becomes of open diagnostic requests when their deployment object or target goes, within the transaction that removes it.
/// </summary>
internal static class OpenDiagnosticStore
{
    /// <summary>
    /// The channel on which brokers tell each other that an agent has something to do, or to leave, or that target states changed.
    /// A hint: a lost one is made good by looking.
    /// </summary>
    public const string Channel = "brokkr_diagnostics";

    /// <summary>
    /// Ends the open requests for superseded revisions, with what their attempts came to, and tells their agents. Readable for as long as a
    /// request waits.
    /// </summary>
    public static Task<int> WithdrawSupersededAsync(this BrokerDb db, Guid stackId, string name, CancellationToken ct) => db.ExecuteAsync(
        $"""
         WITH ended AS (
             UPDATE diagnostic_requests q
                SET status = 'cancelled', completed_at = NOW(), lease_expires_at = NULL, expires_at = NOW() + (q.expires_at - q.created_at),
                    error = concat_ws(E'\n', 'a newer revision took the place of the deployment object',
                      NULLIF(array_to_string(q.attempt_errors, E'\n'), ''))
               FROM deployment_objects d
              WHERE d.stack_id = @stackId AND d.name = @name AND d.superseded_at IS NOT NULL AND q.deployment_object_id = d.id
                AND q.status IN ('pending', 'claimed')
             RETURNING q.agent_id)
         SELECT pg_notify('{Channel}', agent_id::text) FROM (SELECT DISTINCT agent_id FROM ended) told
         """,
        ct, new DataParameter("stackId", stackId), new DataParameter("name", name));

    /// <summary>Wakes what waits for an agent, once the transaction commits.</summary>
    public static Task<int> AnnounceAsync(this BrokerDb db, Guid agentId, CancellationToken ct) =>
        db.ExecuteAsync($"SELECT pg_notify('{Channel}', @payload)", ct, new DataParameter("payload", agentId.ToString()));
}
