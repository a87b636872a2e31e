using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;
using Word = Brokkr.V1.DiagnosticStatus.Types.Word;

namespace Brokkr.Broker.Diagnostics;

/// <summary>The agents' side of the queue: finds, claims and answers. Every time is the database's.</summary>
internal sealed class ClaimStore(Func<BrokerDb> openDb, DiagnosticStore diagnostics, DiagnosticOptions options)
{
    private const int PollLimit = 100;

    /// <summary>
    /// Lists what an agent can claim, oldest first. Nothing where the key it asks with is no longer in force: a held poll outlives that.
    /// </summary>
    public async Task<List<DiagnosticRow>> ListClaimableAsync(Guid agentId, string pakId, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<DiagnosticRow>(
            $"""
             SELECT {DiagnosticRow.Columns} FROM diagnostic_requests q
              WHERE q.agent_id = @agentId AND {QueueSql.Claimable} AND EXISTS (SELECT 1 FROM paks WHERE id = @pakId
                AND {ActivePakStore.InForce})
              ORDER BY q.created_at, q.id LIMIT {PollLimit}
             """,
            new { agentId, pakId, maxAttempts = options.MaxAttempts }, ct);
    }

    /// <summary>Those of the requests an agent works on that want no result any more.</summary>
    public async Task<List<Guid>> ListWithdrawnAsync(Guid agentId, Guid[] held, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<Guid>(
            $"""
            SELECT DISTINCT h.id FROM unnest(@held::uuid[]) AS h(id)
             WHERE NOT EXISTS (SELECT 1 FROM diagnostic_requests q WHERE q.id = h.id AND q.agent_id = @agentId AND q.status = 'claimed'
               AND {QueueSql.Stands})
            """,
            new { agentId, held }, ct);
    }

    /// <summary>The agents that could claim something now.</summary>
    public async Task<List<Guid>> ListAgentsWithWorkAsync(CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<Guid>(
            $"SELECT DISTINCT q.agent_id FROM diagnostic_requests q WHERE {QueueSql.Claimable}", new
            {
                maxAttempts =
            options.MaxAttempts
            }, ct);
    }

    /// <summary>The agents that work on what wants no result any more, of pairs of an agent and a request in hand.</summary>
    public async Task<List<Guid>> ListAgentsToldOffAsync(Guid[] agents, Guid[] held, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<Guid>(
            $"""
            SELECT DISTINCT h.agent_id FROM unnest(@agents::uuid[], @held::uuid[]) AS h(agent_id, id)
             WHERE NOT EXISTS (
                SELECT 1 FROM diagnostic_requests q WHERE q.id = h.id AND q.agent_id = h.agent_id AND q.status = 'claimed'
                   AND {QueueSql.Stands})
            """,
            new { agents, held }, ct);
    }

    /// <summary>Tells every broker that an agent has something to do.</summary>
    public async Task AnnounceAsync(Guid agentId, CancellationToken ct)
    {
        await using var db = openDb();
        await db.AnnounceAsync(agentId, ct);
    }

    /// <summary>
    /// Hands a request to its agent, to one caller only; null where it cannot be claimed. The key of a live claim gets that claim again.
    /// </summary>
    public async Task<DiagnosticRow?> ClaimAsync(Guid id, Guid agentId, string claimKey, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<DiagnosticRow>(
            $"""
             UPDATE diagnostic_requests q
                SET status = 'claimed', attempt = q.attempt + 1, claimed_at = NOW(), lease_expires_at = NOW() + @lease * INTERVAL
                  '1 second',
                    claim_key = NULLIF(@claimKey, ''), attempt_errors = {QueueSql.LostAttempts}
              WHERE q.id = @id AND q.agent_id = @agentId AND {QueueSql.Claimable}
             RETURNING {DiagnosticRow.Columns}
             """,
            new { id, agentId, claimKey, lease = options.Lease.TotalSeconds, maxAttempts = options.MaxAttempts }, ct)
            ?? await db.FindAsync<DiagnosticRow>(
            $"""
             SELECT {DiagnosticRow.Columns} FROM diagnostic_requests q
              WHERE q.id = @id AND q.agent_id = @agentId AND q.status = 'claimed' AND q.claim_key = @claimKey AND q.lease_expires_at > NOW()
             """,
            new { id, agentId, claimKey }, ct);
    }

    /// <summary>Stores a result, or the reason why there is none, and finishes the request, both or neither.</summary>
    public async Task<(Submission Outcome, DiagnosticRow? Row)> SubmitAsync(
        Guid id, Guid agentId, int? attempt, ResultRow? result, string? error, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await diagnostics.SettleAsync(db, id, ct);
        var row = await db.FindAsync<DiagnosticRow>(
            $"SELECT {DiagnosticRow.Columns} FROM diagnostic_requests q WHERE q.id = @id AND q.agent_id = @agentId AND "
            + $"{QueueSql.Readable} FOR UPDATE",
            new { id, agentId }, ct);
        var outcome = row is null ? Submission.NotFound : SubmissionRule.Of(row, attempt);
        if (outcome is not (Submission.Store or Submission.ClaimAndStore))
        {
            await transaction.CommitAsync(ct);
            return (outcome, row);
        }

        if (result is not null)
            await InsertResultAsync(db, id, result, ct);
        row = await db.FindAsync<DiagnosticRow>(
            $"""
             UPDATE diagnostic_requests q
                SET status = @status, completed_at = NOW(), lease_expires_at = NULL,
                    error = CASE WHEN @error::text IS NOT NULL THEN concat_ws(E'\n', @error::text, NULLIF(array_to_string(q.attempt_errors,
                      E'\n'), '')) END,
                    attempt = n.attempt, answered_attempt = n.attempt, claimed_at = COALESCE(q.claimed_at, NOW()),
                    expires_at = NOW() + @retention * INTERVAL '1 second'
               FROM (SELECT id, CASE WHEN status = 'pending' THEN attempt + 1 ELSE attempt END AS attempt FROM diagnostic_requests
                 WHERE id = @id) n
              WHERE q.id = n.id RETURNING {DiagnosticRow.Columns}
             """,
            new
            {
                id,
                status = (result is null ? Word.Failed : Word.Completed).Text(),
                error,
                retention = options.Retention.TotalSeconds
            }, ct);
        await transaction.CommitAsync(ct);
        return (outcome, row);
    }

    private static async Task InsertResultAsync(BrokerDb db, Guid id, ResultRow result, CancellationToken ct) =>
        await db.RunAsync(
            """
            INSERT INTO diagnostic_results (request_id, pod_statuses, events, log_tails, previous_log_tails, completeness, redaction,
                                            findings, workloads, nodes, claims, quotas, collected_at)
            VALUES (@id, @pods::jsonb, @events::jsonb, @logs::jsonb, @previous::jsonb, @completeness::jsonb, @redaction::jsonb,
                    @findings::jsonb, @workloads::jsonb, @nodes::jsonb, @claims::jsonb, @quotas::jsonb, COALESCE(@collectedAt::timestamptz,
                      NOW()))
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
                findings = result.Findings,
                workloads = result.Workloads,
                nodes = result.Nodes,
                claims = result.Claims,
                quotas = result.Quotas,
                collectedAt = result.CollectedAt?.UtcDateTime,
            },
            ct);
}
