using Brokkr.Broker.Fleet;

namespace Brokkr.Broker.Diagnostics;

/// <summary>
/// The rules of the queue in SQL, over the alias <c>q</c> and the database's clock: what can be claimed, and what time has ended.
/// </summary>
internal static class QueueSql
{
    /// <summary>A request can be handed out: it waits, or the lease of the claim before ran out.</summary>
    public const string Claimable = $"""
        {Stands} AND q.status IN ('pending', 'claimed') AND q.expires_at > NOW() AND q.attempt < @maxAttempts
        AND (q.status = 'pending' OR q.lease_expires_at <= NOW())
        """;

    /// <summary>A request that is open, or whose retention runs.</summary>
    public const string Readable = $"({Stands} AND (q.status IN ('pending', 'claimed') OR q.expires_at > NOW()))";

    /// <summary>Its deployment object was not deleted with its stack.</summary>
    public const string Stands = $"q.deployment_object_id NOT IN {DeletedStackSql.Objects}";

    /// <summary>The lines of lost attempts, the present claim's included: its lease ran out.</summary>
    public const string LostAttempts = $"""
        CASE WHEN q.status = 'claimed' THEN q.attempt_errors || format('attempt %s: taken at %s, no answer before the lease ran out at %s',
          q.attempt,
             to_char(q.claimed_at {Utc}), to_char(q.lease_expires_at {Utc})) ELSE q.attempt_errors END
        """;

    private const string Utc = """AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'""";

    /// <summary>Nobody took it in time, or its last claim did not answer. A claim whose lease still runs is never over.</summary>
    public const string Over = """
        ((q.status = 'pending' AND q.expires_at <= NOW())
         OR (q.status = 'claimed' AND q.lease_expires_at <= NOW() AND (q.attempt >= @maxAttempts OR q.expires_at <= NOW())))
        """;

    /// <summary>
    /// Ends the open requests within a scope that time has ended, with the moment and the reason. Only the row that is updated is looked at
    /// again after waiting for another transaction, so it must say itself that it is still over: an answer may have been stored meanwhile.
    /// </summary>
    public static string Settle(string scope) => $"""
        UPDATE diagnostic_requests q
           SET status = o.ending, completed_at = o.ended_at, lease_expires_at = NULL, expires_at = o.ended_at + @retention * INTERVAL
             '1 second',
               attempt_errors = o.lost, error = concat_ws(E'\n', o.reason, NULLIF(array_to_string(o.lost, E'\n'), ''))
          FROM (SELECT q.id, q.status, q.attempt, {LostAttempts} AS lost,
                       CASE WHEN q.attempt >= @maxAttempts THEN 'failed' ELSE 'expired' END AS ending,
                       CASE WHEN q.status = 'pending' THEN q.expires_at
                            WHEN q.attempt >= @maxAttempts THEN q.lease_expires_at
                            ELSE GREATEST(q.lease_expires_at, q.expires_at) END AS ended_at,
                       CASE WHEN q.attempt >= @maxAttempts THEN format('the agent took the request %s times and did not answer', q.attempt)
                            WHEN q.status = 'claimed' THEN 'the agent took the request and did not answer in time'
                            WHEN a.last_seen_at IS NULL THEN 'the agent did not take the request in time: it was never heard'
                            WHEN {Staleness.IsSilent}
                                THEN format('the agent did not take the request in time: it is silent since %s', to_char(a.last_seen_at
                                  {Utc}))
                            ELSE 'the agent did not take the request in time, though it is heard' END AS reason
                  FROM diagnostic_requests q JOIN agents a ON a.id = q.agent_id
                 WHERE {Over} AND {scope}) o
         WHERE q.id = o.id AND q.status = o.status AND q.attempt = o.attempt AND {Over}
        """;
}
