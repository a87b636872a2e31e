using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using LinqToDB.Data;

namespace Brokkr.Broker.Fleet;

/// <summary>Reads and writes <c>deployment_objects</c>.</summary>
internal sealed class DeploymentObjectStore(Func<BrokerDb> openDb)
{
    /// <summary>
    /// Adds a revision and supersedes the former one with its health and its open diagnostics; null where there is no such stack.
    /// </summary>
    public async Task<DeploymentObjectRow?> AddAsync(Guid stackId, string name, string yaml, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (!await db.HoldStackAsync(stackId, ct))
            return null;
        var agents = await db.HoldAgentsAsync(stackId, ct);
        await db.ExecuteAsync(
            """
            WITH former AS (
                UPDATE deployment_objects SET superseded_at = NOW() WHERE stack_id = @stackId AND name = @name
                  AND superseded_at IS NULL RETURNING id),
                 placed AS (DELETE FROM placements p USING former f WHERE p.deployment_object_id = f.id),
                 health AS (DELETE FROM deployment_health h USING former f WHERE h.deployment_object_id = f.id)
            SELECT COUNT(*) FROM former
            """,
            ct, new DataParameter("stackId", stackId), new DataParameter("name", name));
        // A statement of its own: it sees the requests that were made while the former one waited for their transactions.
        await db.WithdrawSupersededAsync(stackId, name, ct);
        var added = await db.FindAsync<DeploymentObjectRow>(
            $"""
             WITH added AS (
                 INSERT INTO deployment_objects (stack_id, name, revision, yaml)
                 SELECT @stackId, @name, COALESCE(MAX(revision), 0) + 1, @yaml FROM deployment_objects WHERE stack_id = @stackId
                   AND name = @name
                 RETURNING id, stack_id, name, revision, created_at, superseded_at),
                  named AS (INSERT INTO deployment_object_names VALUES (@name) ON CONFLICT DO NOTHING),
                  audit AS ({Actor.AuditRelated}, 'submit_deployment_object', id::text, name, stack_id::text FROM added)
             SELECT id, stack_id, name, revision, created_at, superseded_at FROM added
             """,
            new { stackId, name, yaml, by = by.Values }, ct);
        await db.AddPlacementsAsync(stackId, null, added!.Id, ct);
        await db.TallyAsync(agents, ct);
        await transaction.CommitAsync(ct);
        return added;
    }

    public async Task<DeploymentObjectRow?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<DeploymentObjectRow>(
            "SELECT id, stack_id, name, revision, yaml, created_at, superseded_at FROM deployment_objects WHERE id = @id", new { id }, ct);
    }

    /// <summary>The newest revision of a name in a stack, by both names and without its manifest; null where there is none.</summary>
    public async Task<DeploymentObjectRow?> FindNewestAsync(string stackName, string name, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<DeploymentObjectRow>(
            """
            SELECT d.id, d.stack_id, s.name AS stack_name, d.name, d.revision, d.created_at, d.superseded_at
              FROM stacks s JOIN deployment_objects d ON d.stack_id = s.id
             WHERE s.name = @stackName AND d.name = @name AND d.superseded_at IS NULL
            """,
            new { stackName, name }, ct);
    }

    /// <summary>The manifest of a revision, by the names of stack and deployment object; null where there is none.</summary>
    public async Task<string?> FindRevisionAsync(string stackName, string name, int revision, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<string>(
            """
            SELECT d.yaml FROM stacks s JOIN deployment_objects d ON d.stack_id = s.id
             WHERE s.name = @stackName AND d.name = @name AND d.revision = @revision
            """,
            new { stackName, name, revision }, ct);
    }

    /// <summary>
    /// A page of the newest revisions of a stack by name, without their manifests; of one name, or of those that hold a text, where these
    /// are not empty.
    /// </summary>
    public async Task<List<DeploymentObjectRow>> ListAsync(Guid stackId, string name, string text, Page<NameKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<DeploymentObjectRow>(
            """
            SELECT id, stack_id, name, revision, created_at, superseded_at FROM deployment_objects
             WHERE stack_id = @stackId AND superseded_at IS NULL AND name > @after AND (@name = '' OR name = @name)
               AND (@text = '' OR strpos(lower(name COLLATE "C"), lower(@text COLLATE "C")) > 0)
             ORDER BY name LIMIT @limit
            """,
            new { stackId, name, text, after = page.After?.Name ?? "", limit = page.Fetch }, ct);
    }

    /// <summary>Forgets the names that no deployment object has any more, some thousands at a time, and answers how many.</summary>
    public async Task<int> SweepNamesAsync(CancellationToken ct)
    {
        await using var db = openDb();
        // Most of the time there is none, and nobody has to wait.
        var unused = await db.ListAsync<string>(
            "SELECT name FROM deployment_object_names n WHERE NOT EXISTS (SELECT FROM deployment_objects d WHERE d.name = n.name) LIMIT "
            + "5000", new { }, ct);
        if (unused.Count == 0)
            return 0;
        await using var transaction = await db.BeginTransactionAsync(ct);
        // Whoever submits one of them at this moment found it there and did not write it: it must be seen before it would be deleted.
        await db.ExecuteAsync("LOCK TABLE deployment_object_names IN SHARE ROW EXCLUSIVE MODE", ct);
        var deleted = await db.ExecuteAsync(
            "DELETE FROM deployment_object_names n WHERE n.name = ANY(@names) AND NOT EXISTS (SELECT FROM deployment_objects d WHERE "
            + "d.name = n.name)",
            ct, new DataParameter("names", unused.ToArray()));
        await transaction.CommitAsync(ct);
        return deleted;
    }

    /// <summary>Deletes a deployment object with all that belongs to it; false where there is none.</summary>
    public async Task<bool> DeleteAsync(Guid id, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (await FindStackIdAsync(db, id, ct) is not { } stackId || !await db.HoldStackAsync(stackId, ct))
            return false;
        var agents = await db.HoldAgentsAsync(stackId, ct);
        var deleted = await db.ExecuteAsync(
            $"""
             WITH gone AS (DELETE FROM deployment_objects WHERE id = @id RETURNING id, name, stack_id)
             {Actor.AuditRelated}, 'delete_deployment_object', id::text, name, stack_id::text FROM gone
             """,
            ct, new DataParameter("id", id), new DataParameter("by", by.Values));
        await db.TallyAsync(agents, ct);
        await transaction.CommitAsync(ct);
        return deleted == 1;
    }

    /// <summary>A deployment object never moves to another stack.</summary>
    private static Task<Guid?> FindStackIdAsync(BrokerDb db, Guid id, CancellationToken ct) =>
        db.FindValueAsync<Guid>("SELECT stack_id FROM deployment_objects WHERE id = @id", new { id }, ct);
}
