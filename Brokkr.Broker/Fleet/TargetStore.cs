using System.Data;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Storage;
using LinqToDB.Data;

namespace Brokkr.Broker.Fleet;

/// <summary>Reads and writes <c>agent_targets</c>, and what follows from them: the state that an agent is to run.</summary>
internal sealed class TargetStore(Func<BrokerDb> openDb)
{
    /// <summary>Targets an agent at a stack. Idempotent. Null where there is no such agent or stack.</summary>
    public async Task<TargetRow?> AddAsync(Guid agentId, Guid stackId, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (!await db.HoldStackAsync(stackId, ct) || !await db.HoldAgentAsync(agentId, ct))
            return null;
        var target = await db.FindAsync<TargetRow>(
            $"""
             WITH target AS (
                 INSERT INTO agent_targets (agent_id, stack_id) VALUES (@agentId, @stackId)
                 ON CONFLICT (agent_id, stack_id) DO UPDATE SET created_at = agent_targets.created_at
                 RETURNING *),
                  audit AS ({Actor.AuditRelated}, 'add_target', t.agent_id::text, s.name, s.id::text
                    FROM target t JOIN stacks s ON s.id = t.stack_id)
             SELECT t.agent_id, t.stack_id, s.name AS stack_name, t.created_at FROM target t JOIN stacks s ON s.id = t.stack_id
             """,
            new { agentId, stackId, by = by.Values }, ct);
        if (await db.AddPlacementsAsync(stackId, agentId, null, ct) > 0)
            await db.TargetsChangedAsync([agentId], ct);
        await transaction.CommitAsync(ct);
        return target;
    }

    /// <summary>Lists an agent's targets by the stack's name, those after a name only.</summary>
    public async Task<List<TargetRow>> ListAsync(Guid agentId, string after, int limit, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<TargetRow>(
            """
            SELECT t.agent_id, t.stack_id, s.name AS stack_name, t.created_at FROM agent_targets t JOIN stacks s ON s.id = t.stack_id
             WHERE t.agent_id = @agentId AND s.name > @after ORDER BY s.name LIMIT @limit
            """,
            new { agentId, after, limit }, ct);
    }

    /// <summary>Removes a target with the health and the diagnostics that the agent gave for it; false where there is none.</summary>
    public async Task<bool> RemoveAsync(Guid agentId, Guid stackId, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (!await db.HoldStackAsync(stackId, ct) || !await db.HoldAgentAsync(agentId, ct)
            || await db.ExecuteAsync(
                $"""
                 WITH removed AS (DELETE FROM agent_targets WHERE agent_id = @agentId AND stack_id = @stackId RETURNING agent_id, stack_id)
                 {Actor.AuditRelated}, 'remove_target', r.agent_id::text, s.name, s.id::text
                   FROM removed r JOIN stacks s ON s.id = r.stack_id
                 """,
                ct, Agent(), Stack(), new DataParameter("by", by.Values)) == 0)
        {
            return false;
        }

        await db.ExecuteAsync(
            """
            WITH objects AS (SELECT id FROM deployment_objects WHERE stack_id = @stackId),
                 health AS (DELETE FROM deployment_health h USING objects d WHERE h.agent_id = @agentId AND h.deployment_object_id = d.id),
                 history AS (DELETE FROM health_transitions h USING objects d WHERE h.agent_id = @agentId AND h.deployment_object_id = d.id)
            DELETE FROM diagnostic_requests q USING objects d WHERE q.agent_id = @agentId AND q.deployment_object_id = d.id
            """,
            ct, Agent(), Stack());
        await db.AnnounceAsync(agentId, ct);
        await db.TargetsChangedAsync([agentId], ct);
        await db.TallyAsync([agentId], ct);
        await transaction.CommitAsync(ct);
        return true;

        DataParameter Agent() => new("agentId", agentId);
        DataParameter Stack() => new("stackId", stackId);
    }

    /// <summary>
    /// Reads a page of what an agent is to run, of one moment with the revision that names it. No page where the revision is known, or is
    /// another one by now than that of the page before.
    /// </summary>
    public async Task<TargetPage> ReadAsync(Guid agentId, string known, TargetStateKey? after, int maxBytes, CancellationToken ct)
    {
        await using var db = openDb();
        // Nearly always nothing changed, and that takes no more.
        if (after is null && await RevisionAsync(db, agentId, ct) is var present && present.Revision == known)
            return new(present, [], true);
        await using var snapshot = await db.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var state = await RevisionAsync(db, agentId, ct);
        if (after is not null && state.Revision != after.Revision)
            return new(state, [], true);
        var rows = await PageAsync(db, agentId, after?.ObjectId ?? Guid.Empty, maxBytes, ct);
        return new(state, rows, rows.Count == 0 || (await PageAsync(db, agentId, rows[^1].Id, 0, ct)).Count == 0);
    }

    private static async Task<TargetRevisionRow> RevisionAsync(BrokerDb db, Guid agentId, CancellationToken ct) =>
        (await db.FindAsync<TargetRevisionRow>(
            $"""
             SELECT s.number || '-' || s.tag AS revision, s.number,
                    COALESCE((SELECT confirmed_number FROM agent_facts f WHERE f.agent_id = @agentId), 0) AS confirmed_number
               FROM {TargetNumberStore.State} s
             """,
            new { agentId }, ct))!;

    /// <summary>Deployment objects that an agent is to run, in the order of their identifiers, until their manifests fill a page.</summary>
    private static Task<List<DeploymentObjectRow>> PageAsync(BrokerDb db, Guid agentId, Guid after, int maxBytes, CancellationToken ct) =>
        db.ListAsync<DeploymentObjectRow>(
            """
            WITH sizes AS (
                SELECT d.id, SUM(octet_length(d.yaml) + 1024) OVER (ORDER BY d.id) AS bytes, ROW_NUMBER() OVER (ORDER BY d.id) AS number
                  FROM agent_targets t JOIN stacks s ON s.id = t.stack_id
                  JOIN deployment_objects d ON d.stack_id = t.stack_id AND d.superseded_at IS NULL
                 WHERE t.agent_id = @agentId AND d.id > @after)
            SELECT d.id, d.stack_id, s.name AS stack_name, d.name, d.revision, d.yaml, d.created_at, d.superseded_at
              FROM sizes z JOIN deployment_objects d ON d.id = z.id JOIN stacks s ON s.id = d.stack_id
             WHERE z.bytes <= @maxBytes OR z.number = 1
             ORDER BY d.id
            """,
            new { agentId, after, maxBytes }, ct);
}

/// <summary>A page of what an agent is to run.</summary>
/// <param name="State">What names it.</param>
/// <param name="Rows">The deployment objects; none where there is no page.</param>
/// <param name="IsLast">Whether no page follows.</param>
internal sealed record TargetPage(TargetRevisionRow State, List<DeploymentObjectRow> Rows, bool IsLast);
