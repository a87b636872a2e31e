using Brokkr.Broker.Auth;
using Brokkr.Broker.Health;
using Brokkr.Broker.Storage;
using LinqToDB.Data;
using LinqToDB.Mapping;

namespace Brokkr.Broker.Diagnostics;

/// <summary>Reads and writes <c>diagnostic_requests</c> and <c>diagnostic_results</c>. Every time is the database's.</summary>
internal sealed class DiagnosticStore(Func<BrokerDb> openDb, DiagnosticOptions options, HealthOptions health)
{
    private const int PollLimit = 100;

    /// <summary>A request can be handed out: it waits, or the lease of the claim before ran out.</summary>
    private const string Claimable = """
        q.expires_at > NOW() AND q.attempt < @maxAttempts AND (q.status = 'pending' OR (q.status = 'claimed' AND q.lease_expires_at <= NOW()))
        """;

    /// <summary>The targeted agent with the worst health, or the one asked for; null where none is targeted.</summary>
    public async Task<ChosenAgentRow?> ChooseAgentAsync(Guid deploymentObjectId, Guid? agentId, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<ChosenAgentRow>(
            """
            SELECT a.id, CASE WHEN a.last_seen_at IS NULL OR a.last_seen_at < NOW() - @staleAfter * INTERVAL '1 second'
                              THEN COALESCE(a.last_seen_at, a.created_at) END AS silent_since
              FROM deployment_objects d
              JOIN agent_targets t ON t.stack_id = d.stack_id
              JOIN agents a ON a.id = t.agent_id
              LEFT JOIN deployment_health h ON h.agent_id = a.id AND h.deployment_object_id = d.id AND h.updated_at >= NOW() - @staleAfter * INTERVAL '1 second'
             WHERE d.id = @deploymentObjectId AND d.superseded_at IS NULL AND (@agentId::uuid IS NULL OR a.id = @agentId::uuid)
             ORDER BY CASE COALESCE(h.status, 'unknown') WHEN 'failing' THEN 0 WHEN 'degraded' THEN 1 WHEN 'unknown' THEN 2 ELSE 3 END,
                      a.last_seen_at DESC NULLS LAST, a.id
             LIMIT 1
            """,
            new { deploymentObjectId, agentId, staleAfter = health.StaleAfter.TotalSeconds }, ct);
    }

    /// <summary>Queues a request, or answers the open one for the same agent and deployment object; null where either is gone.</summary>
    public async Task<DiagnosticRow?> AddAsync(Guid agentId, Guid deploymentObjectId, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        // Between a lost insert and the look at the winner the winner may end: then the next round inserts.
        for (var round = 0; round < 5; round++)
        {
            await db.ExecuteAsync(
                """
                UPDATE diagnostic_requests SET status = 'expired', completed_at = NOW(), error = 'the agent did not take the request in time'
                 WHERE agent_id = @agentId AND deployment_object_id = @objectId AND status = 'pending' AND expires_at <= NOW()
                """,
                ct, new DataParameter("agentId", agentId), new DataParameter("objectId", deploymentObjectId));
            var row = await db.FindAsync<DiagnosticRow>(
                $"""
                 WITH added AS (
                     INSERT INTO diagnostic_requests AS q (agent_id, deployment_object_id, requested_by, expires_at)
                     SELECT a.id, d.id, @requestedBy, NOW() + @retention * INTERVAL '1 second'
                       FROM agents a, deployment_objects d WHERE a.id = @agentId AND d.id = @deploymentObjectId
                     ON CONFLICT (agent_id, deployment_object_id) WHERE status IN ('pending', 'claimed') DO NOTHING
                     RETURNING *),
                      asked AS (
                     SELECT * FROM added
                     UNION ALL
                     SELECT * FROM diagnostic_requests q
                      WHERE q.agent_id = @agentId AND q.deployment_object_id = @deploymentObjectId AND q.status IN ('pending', 'claimed')
                      LIMIT 1),
                      audit AS ({Actor.Audit}, 'request_diagnostics', d.id::text, d.name FROM asked q JOIN deployment_objects d ON d.id = q.deployment_object_id)
                 SELECT {DiagnosticRow.Columns} FROM asked q
                 """,
                new { agentId, deploymentObjectId, requestedBy = by.Name, retention = options.Retention.TotalSeconds, by = by.Values }, ct);
            if (row is not null)
                return row;
        }

        return null;
    }

    public async Task<DiagnosticRow?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<DiagnosticRow>($"SELECT {DiagnosticRow.Columns} FROM diagnostic_requests q WHERE q.id = @id", new { id }, ct);
    }

    public async Task<ResultRow?> FindResultAsync(Guid requestId, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<ResultRow>(
            """
            SELECT pod_statuses::text AS pod_statuses, events::text AS events, log_tails::text AS log_tails, previous_log_tails::text AS previous_log_tails,
                   completeness::text AS completeness, redaction::text AS redaction, collected_at
              FROM diagnostic_results WHERE request_id = @requestId
            """,
            new { requestId }, ct);
    }

    /// <summary>Lists the requests of a deployment object, newest first, those before a moment and an identifier only.</summary>
    public async Task<List<DiagnosticRow>> ListAsync(Guid deploymentObjectId, DateTimeOffset? before, Guid beforeId, int limit, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<DiagnosticRow>(
            $"""
             SELECT {DiagnosticRow.Columns} FROM diagnostic_requests q
              WHERE q.deployment_object_id = @deploymentObjectId
                AND (@before::timestamptz IS NULL OR (q.created_at, q.id) < (@before::timestamptz, @beforeId))
              ORDER BY q.created_at DESC, q.id DESC LIMIT @limit
             """,
            new { deploymentObjectId, before = before?.UtcDateTime, beforeId, limit }, ct);
    }

    /// <summary>Lists what an agent can claim, oldest first.</summary>
    public async Task<List<DiagnosticRow>> ListClaimableAsync(Guid agentId, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<DiagnosticRow>(
            $"""
             SELECT {DiagnosticRow.Columns} FROM diagnostic_requests q
              WHERE q.agent_id = @agentId AND q.status IN ('pending', 'claimed') AND {Claimable} ORDER BY q.created_at, q.id LIMIT {PollLimit}
             """,
            new { agentId, maxAttempts = options.MaxAttempts }, ct);
    }

    /// <summary>Hands a request to its agent, to one caller only; null where it cannot be claimed.</summary>
    public async Task<DiagnosticRow?> ClaimAsync(Guid id, Guid agentId, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<DiagnosticRow>(
            $"""
             UPDATE diagnostic_requests q
                SET status = 'claimed', attempt = q.attempt + 1, claimed_at = NOW(), lease_expires_at = NOW() + @lease * INTERVAL '1 second'
              WHERE q.id = @id AND q.agent_id = @agentId AND {Claimable}
             RETURNING {DiagnosticRow.Columns}
             """,
            new { id, agentId, lease = options.Lease.TotalSeconds, maxAttempts = options.MaxAttempts }, ct);
    }

    /// <summary>Stores a result, or the reason why there is none, and finishes the request, both or neither.</summary>
    public async Task<(Submission Outcome, DiagnosticRow? Row)> SubmitAsync(
        Guid id, Guid agentId, int? attempt, ResultRow? result, string? error, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        var row = await db.FindAsync<DiagnosticRow>(
            $"SELECT {DiagnosticRow.Columns} FROM diagnostic_requests q WHERE q.id = @id AND q.agent_id = @agentId FOR UPDATE", new { id, agentId }, ct);
        var outcome = row is null ? Submission.NotFound : SubmissionRule.Of(row, attempt);
        if (outcome is not (Submission.Store or Submission.ClaimAndStore))
            return (outcome, row);

        if (result is not null)
            await InsertResultAsync(db, id, result, ct);
        row = await db.FindAsync<DiagnosticRow>(
            $"""
             UPDATE diagnostic_requests q
                SET status = @status, error = @error, completed_at = NOW(), lease_expires_at = NULL,
                    attempt = CASE WHEN q.status = 'pending' THEN q.attempt + 1 ELSE q.attempt END, claimed_at = COALESCE(q.claimed_at, NOW()),
                    expires_at = NOW() + @retention * INTERVAL '1 second'
              WHERE q.id = @id RETURNING {DiagnosticRow.Columns}
             """,
            new { id, status = result is null ? "failed" : "completed", error, retention = options.Retention.TotalSeconds }, ct);
        await transaction.CommitAsync(ct);
        return (outcome, row);
    }

    /// <summary>Ends requests whose last attempt ran out, and deletes what is over. Any number of brokers may run it.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var db = openDb();
        await db.ExecuteAsync(
            """
            UPDATE diagnostic_requests
               SET status = 'failed', completed_at = NOW(), lease_expires_at = NULL,
                   error = 'the agent took the request ' || attempt || ' times and did not answer before its lease ran out'
             WHERE status = 'claimed' AND lease_expires_at <= NOW() AND attempt >= @maxAttempts
            """,
            ct, new DataParameter("maxAttempts", options.MaxAttempts));
        return await db.ExecuteAsync(
            "DELETE FROM diagnostic_requests WHERE expires_at <= NOW() AND (status <> 'claimed' OR lease_expires_at <= NOW())", ct);
    }

    private static async Task InsertResultAsync(BrokerDb db, Guid id, ResultRow result, CancellationToken ct) =>
        await db.ListAsync<InsertedRow>(
            """
            INSERT INTO diagnostic_results (request_id, pod_statuses, events, log_tails, previous_log_tails, completeness, redaction, collected_at)
            VALUES (@id, @pods::jsonb, @events::jsonb, @logs::jsonb, @previous::jsonb, @completeness::jsonb, @redaction::jsonb, COALESCE(@collectedAt::timestamptz, NOW()))
            RETURNING id
            """,
            new
            {
                id,
                pods = result.PodStatuses,
                events = result.Events,
                logs = result.LogTails,
                previous = result.PreviousLogTails,
                completeness = result.Completeness,
                redaction = result.Redaction,
                collectedAt = result.CollectedAt?.UtcDateTime,
            },
            ct);

    private sealed class InsertedRow
    {
        [Column("id")]
        public Guid Id { get; set; }
    }
}

/// <summary>The agent that is asked, and since when it is silent.</summary>
internal sealed class ChosenAgentRow
{
    [Column("id")]
    public Guid Id { get; set; }

    [Column("silent_since")]
    public DateTimeOffset? SilentSince { get; set; }
}
