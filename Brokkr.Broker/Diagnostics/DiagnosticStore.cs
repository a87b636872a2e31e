using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using LinqToDB.Data;
using Word = Brokkr.V1.DiagnosticStatus.Types.Word;

namespace Brokkr.Broker.Diagnostics;

/// <summary>The operators' side of the queue: asks, reads, withdraws, and cleans up. Every time is the database's.</summary>
internal sealed class DiagnosticStore(Func<BrokerDb> openDb, AuditStore audit, DiagnosticOptions options, Staleness staleness)
{
    /// <summary>Rows that one statement of the clean-up touches, so that none holds its locks for long.</summary>
    private const int SweepBatch = 1000;

    private const int Rounds = 3;

    /// <summary>
    /// Holds target and deployment object while it inserts: whoever takes either away waits, and sees the request; or was first, and then
    /// there is none.
    /// </summary>
    private const string AddSql = $"""
        WITH chosen AS (
            SELECT a.id AS agent_id, d.id, d.name,
                   CASE WHEN {Staleness.IsSilent} THEN COALESCE(a.last_seen_at, a.created_at) END AS agent_silent_since
              FROM deployment_objects d
              JOIN stacks s ON s.id = d.stack_id
              JOIN agent_targets t ON t.stack_id = d.stack_id
              JOIN agents a ON a.id = t.agent_id
              LEFT JOIN {VerdictSql.Verdicts} h ON h.agent_id = a.id AND h.deployment_object_id = d.id
             WHERE d.id = @deploymentObjectId AND d.superseded_at IS NULL AND (@agentId::uuid IS NULL OR a.id = @agentId::uuid)
             ORDER BY CASE COALESCE(h.status, 'unknown') WHEN 'failing' THEN 0 WHEN 'degraded' THEN 1 WHEN 'unknown' THEN 2 ELSE 3 END,
                      a.last_seen_at DESC NULLS LAST, a.id
             LIMIT 1 FOR KEY SHARE OF a, t FOR SHARE OF d),
             added AS (
            INSERT INTO diagnostic_requests AS q (agent_id, deployment_object_id, requested_by, expires_at)
            SELECT agent_id, id, @requestedBy, NOW() + @retention * INTERVAL '1 second' FROM chosen
            ON CONFLICT (agent_id, deployment_object_id) WHERE status IN ('pending', 'claimed') DO NOTHING
            RETURNING *),
             asked AS (
            SELECT * FROM added
            UNION ALL
            SELECT q.* FROM diagnostic_requests q JOIN chosen c ON q.agent_id = c.agent_id AND q.deployment_object_id = c.id
             WHERE q.status IN ('pending', 'claimed')
             LIMIT 1),
             audit AS ({Actor.AuditRelated}, 'request_diagnostics', c.id::text, c.name, q.id::text FROM asked q, chosen c)
        SELECT {DiagnosticRow.Columns}, c.agent_silent_since FROM asked q, chosen c
        """;

    private static readonly string SettleOne = QueueSql.Settle("q.id = @id");

    private static readonly string SettleObject =
        QueueSql.Settle("q.deployment_object_id = @objectId AND (@agentId::uuid IS NULL OR q.agent_id = @agentId::uuid)");

    private static readonly string SettleBatch = QueueSql.Settle(
        $"""
         q.id IN (SELECT id FROM diagnostic_requests WHERE status IN ('pending', 'claimed')
           AND COALESCE(lease_expires_at, expires_at) <= NOW()
                  ORDER BY id LIMIT {SweepBatch} FOR UPDATE SKIP LOCKED)
         """);

    /// <summary>
    /// Queues a request for the targeted agent with the worst health, or the one asked for; answers the open one where there is one for the
    /// same agent and deployment object. Null where no agent is targeted, or none at the newest revision.
    /// </summary>
    public async Task<DiagnosticRow?> AddAsync(Guid deploymentObjectId, Guid? agentId, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        // Between a lost insert and the look at the winner the winner may end, and a target may go before it is held: then the next round.
        for (var round = 0; round < Rounds; round++)
        {
            await SettleAsync(db, SettleObject, ct, new("objectId", deploymentObjectId), new("agentId", agentId, LinqToDB.DataType.Guid));
            var row = await db.FindAsync<DiagnosticRow>(
                AddSql,
                new
                {
                    agentId,
                    deploymentObjectId,
                    requestedBy = by.Name,
                    retention = options.Retention.TotalSeconds,
                    staleAfter = staleness.Seconds,
                    by = by.Values
                }, ct);
            if (row is not null)
                return row;
        }

        return null;
    }

    /// <summary>A request with what became of it; null where there is none, or its retention is over.</summary>
    public async Task<DiagnosticRow?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        await SettleAsync(db, id, ct);
        return await db.FindAsync<DiagnosticRow>(
            $"SELECT {DiagnosticRow.Columns} FROM diagnostic_requests q WHERE q.id = @id AND {QueueSql.Readable}", new { id }, ct);
    }

    /// <summary>Those of some requests that can be read, and that time has not ended.</summary>
    public async Task<List<DiagnosticRow>> ListOpenOrKeptAsync(Guid[] ids, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<DiagnosticRow>(
            $"""
             SELECT {DiagnosticRow.Columns} FROM diagnostic_requests q
              WHERE q.id = ANY(@ids) AND {QueueSql.Readable} AND NOT {QueueSql.Over}
             """,
            new { ids, maxAttempts = options.MaxAttempts }, ct);
    }

    /// <summary>The result of a request, and a word in the audit trail of who reads it; null where there is none.</summary>
    public async Task<ResultRow?> ReadResultAsync(DiagnosticRow request, Actor by, CancellationToken ct)
    {
        if (request.Status != Word.Completed || await FindResultAsync(request.Id, ct) is not { } result)
            return null;
        await audit.AddReadAsync(by, "get_diagnostic", request.DeploymentObjectId, result.ObjectName, $"{request.Id}", ct);
        return result;
    }

    /// <summary>Lists the requests of a deployment object, newest first, a page of them.</summary>
    public async Task<List<DiagnosticRow>> ListAsync(Guid deploymentObjectId, Page<DiagnosticKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        await SettleAsync(db, SettleObject, ct, new("objectId", deploymentObjectId), new("agentId", null, LinqToDB.DataType.Guid));
        return await db.ListAsync<DiagnosticRow>(
            $"""
             SELECT {DiagnosticRow.Columns} FROM diagnostic_requests q
              WHERE q.deployment_object_id = @deploymentObjectId AND {QueueSql.Readable}
                AND (@before::timestamptz IS NULL OR (q.created_at, q.id) < (@before::timestamptz, @beforeId))
              ORDER BY q.created_at DESC, q.id DESC LIMIT @limit
             """,
            new
            {
                deploymentObjectId,
                before = page.After?.CreatedAt.UtcDateTime,
                beforeId = page.After?.Id ?? Guid.Empty,
                limit = page.Fetch,
            }, ct);
    }

    /// <summary>Withdraws a request that is open; false where it is not.</summary>
    public async Task<bool> CancelAsync(Guid id, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ExecuteAsync(
            $"""
             WITH cancelled AS (
                 UPDATE diagnostic_requests
                    SET status = 'cancelled', completed_at = NOW(), lease_expires_at = NULL, expires_at = NOW() + @retention * INTERVAL
                      '1 second',
                        error = concat_ws(E'\n', 'cancelled by ' || (@by::text[])[2], NULLIF(array_to_string(attempt_errors, E'\n'), ''))
                  WHERE id = @id AND status IN ('pending', 'claimed')
                 RETURNING deployment_object_id)
             {Actor.AuditRelated}, 'cancel_diagnostic', d.id::text, d.name, @id::text FROM cancelled c
               JOIN deployment_objects d ON d.id = c.deployment_object_id
             """,
            ct, new("id", id), new("by", by.Values), new("retention", options.Retention.TotalSeconds)) == 1;
    }

    /// <summary>
    /// Ends what time has ended and deletes what is over, batch by batch; answers how many were deleted. Any number of brokers may run it.
    /// </summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var db = openDb();
        while (await SettleAsync(db, SettleBatch, ct) == SweepBatch)
        {
        }

        return await db.SweepAsync(
            "diagnostic_requests", "expires_at <= NOW() AND status NOT IN ('pending', 'claimed') ORDER BY expires_at", ct);
    }

    private async Task<ResultRow?> FindResultAsync(Guid requestId, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<ResultRow>(
            """
            SELECT r.pod_statuses::text AS pod_statuses, r.events::text AS events, r.log_tails::text AS log_tails,
                   r.previous_log_tails::text AS previous_log_tails, r.completeness::text AS completeness, r.redaction::text AS redaction,
                   r.findings::text AS findings, r.workloads::text AS workloads, r.nodes::text AS nodes, r.claims::text AS claims,
                   r.quotas::text AS quotas, r.collected_at, d.name AS object_name
              FROM diagnostic_results r JOIN diagnostic_requests q ON q.id = r.request_id
              JOIN deployment_objects d ON d.id = q.deployment_object_id
             WHERE r.request_id = @requestId
            """,
            new { requestId }, ct);
    }

    /// <summary>Ends a request that time has ended, within whatever transaction runs.</summary>
    internal Task SettleAsync(BrokerDb db, Guid id, CancellationToken ct) => SettleAsync(db, SettleOne, ct, new DataParameter("id", id));

    private Task<int> SettleAsync(BrokerDb db, string sql, CancellationToken ct, params DataParameter[] scope) => db.ExecuteAsync(
        sql, ct, [
            .. scope, new("maxAttempts", options.MaxAttempts), new("retention", options.Retention.TotalSeconds),
            new("staleAfter", staleness.Seconds),
        ]);
}
