using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using LinqToDB.Data;

namespace Brokkr.Broker.Fleet;

/// <summary>Reads and writes <c>deployment_objects</c>.</summary>
internal sealed class DeploymentObjectStore(Func<BrokerDb> openDb)
{
    /// <summary>What is read of a revision besides its manifests.</summary>
    private const string Head = "id, stack_id, name, revision, created_at, superseded_at, created_by";

    /// <summary>
    /// Adds a revision and supersedes the former one with its health and its open diagnostics; null where there is no such stack. Where
    /// the standing revision has the same manifests, nothing changes, and it is answered.
    /// </summary>
    public Task<DeploymentObjectRow?> AddAsync(Guid stackId, string name, string yaml, Actor by, CancellationToken ct) =>
        AddAsync(stackId, name, yaml, "submit_deployment_object", by, ct);

    /// <summary>Submits the manifests of a revision again, under its name.</summary>
    public Task<DeploymentObjectRow?> RollBackAsync(DeploymentObjectRow to, Actor by, CancellationToken ct) =>
        AddAsync(to.StackId, to.Name, to.RequireManifests(), "roll_back", by, ct);

    private async Task<DeploymentObjectRow?> AddAsync(Guid stackId, string name, string yaml, string action, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (!await db.HoldStackAsync(stackId, ct))
            return null;
        if (await FindSameAsync(db, stackId, name, yaml, ct) is { } standing)
            return standing;
        var agents = await db.HoldAgentsAsync(stackId, ct);
        await db.ExecuteAsync(
            $"""
             WITH former AS (
                 UPDATE deployment_objects SET superseded_at = NOW() WHERE stack_id = @stackId AND name = @name
                   AND superseded_at IS NULL RETURNING id),
                  placed AS (DELETE FROM placements p USING former f WHERE p.deployment_object_id = f.id RETURNING p.agent_id, p.status),
                  health AS (DELETE FROM deployment_health h USING former f WHERE h.deployment_object_id = f.id)
             {PlacementStore.UncountSql}
             """,
            ct, new DataParameter("stackId", stackId), new DataParameter("name", name));
        // A statement of its own: it sees the requests that were made while the former one waited for their transactions.
        await db.WithdrawSupersededAsync(stackId, name, ct);
        var added = await db.FindAsync<DeploymentObjectRow>(
            $"""
             WITH added AS (
                 INSERT INTO deployment_objects (stack_id, name, revision, yaml, created_by)
                 SELECT @stackId, @name, COALESCE(MAX(revision), 0) + 1, @yaml, @createdBy FROM deployment_objects
                  WHERE stack_id = @stackId AND name = @name
                 RETURNING {Head}),
                  named AS (INSERT INTO deployment_object_names VALUES (@name) ON CONFLICT DO NOTHING),
                  audit AS ({Actor.AuditRelated}, @action, id::text, name, stack_id::text FROM added)
             SELECT {Head} FROM added
             """,
            new { stackId, name, yaml, action, createdBy = by.Name, by = by.Values }, ct);
        await db.AddPlacementsAsync(stackId, null, added!.Id, ct);
        await db.TargetsChangedAsync(agents, ct);
        await transaction.CommitAsync(ct);
        return added;
    }

    public async Task<DeploymentObjectRow?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<DeploymentObjectRow>(
            $"SELECT {Head}, yaml FROM deployment_objects WHERE id = @id AND stack_id NOT IN {DeletedStackSql.Stacks}", new { id }, ct);
    }

    /// <summary>The revision before another one of the same name; null where it is the first.</summary>
    public async Task<DeploymentObjectRow?> FindBeforeAsync(DeploymentObjectRow revision, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<DeploymentObjectRow>(
            $"""
             SELECT {Head}, yaml FROM deployment_objects
              WHERE stack_id = @stackId AND name = @name AND revision < @number ORDER BY revision DESC LIMIT 1
             """,
            new { stackId = revision.StackId, name = revision.Name, number = revision.Revision }, ct);
    }

    /// <summary>A page of the revisions of one name, newest first, without their manifests.</summary>
    public async Task<List<DeploymentObjectRow>> ListRevisionsAsync(Guid stackId, string name, Page<RevisionKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<DeploymentObjectRow>(
            $"""
             SELECT {Head} FROM deployment_objects
              WHERE stack_id = @stackId AND name = @name AND revision < @before ORDER BY revision DESC LIMIT @limit
             """,
            new { stackId, name, before = page.After?.Revision ?? int.MaxValue, limit = page.Fetch }, ct);
    }

    /// <summary>A revision without its manifest, and with the name of its stack.</summary>
    public async Task<DeploymentObjectRow?> FindHeadAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<DeploymentObjectRow>(
            """
            SELECT d.id, d.stack_id, s.name AS stack_name, d.name, d.revision, d.created_at, d.superseded_at
              FROM deployment_objects d JOIN stacks s ON s.id = d.stack_id WHERE d.id = @id
            """,
            new { id }, ct);
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

    /// <summary>
    /// A revision with its manifest, by the names of stack and deployment object, or the standing one where none is named; null where there
    /// is none.
    /// </summary>
    public async Task<DeploymentObjectRow?> FindRevisionAsync(string stackName, string name, int? revision, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<DeploymentObjectRow>(
            """
            SELECT d.id, d.stack_id, d.name, d.revision, d.yaml, d.created_at, d.superseded_at, d.created_by
              FROM stacks s JOIN deployment_objects d ON d.stack_id = s.id
             WHERE s.name = @stackName AND d.name = @name
               AND CASE WHEN @revision::int IS NULL THEN d.superseded_at IS NULL ELSE d.revision = @revision::int END
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
            $"""
             SELECT {Head} FROM deployment_objects
              WHERE stack_id = @stackId AND superseded_at IS NULL AND name > @after AND (@name = '' OR name = @name)
                AND (@text = '' OR strpos(lower(name COLLATE "C"), lower(@text COLLATE "C")) > 0)
              ORDER BY name LIMIT @limit
             """,
            new { stackId, name, text, after = page.After?.Name ?? "", limit = page.Fetch }, ct);
    }

    /// <summary>
    /// Forgets the names that no deployment object has any more and answers how many: all of them are looked at in their order, some
    /// thousands at a time.
    /// </summary>
    public async Task<int> SweepNamesAsync(CancellationToken ct, int batch = 5000)
    {
        await using var db = openDb();
        var (deleted, after) = (0, "");
        while (true)
        {
            var names = await db.ListAsync<NameUseRow>(
                """
                SELECT name, EXISTS (SELECT FROM deployment_objects d WHERE d.name = n.name) AS is_used
                  FROM deployment_object_names n WHERE name > @after ORDER BY name LIMIT @batch
                """,
                new { after, batch }, ct);
            // Most of the time there is none, and nobody has to wait.
            if (names.Where(n => !n.IsUsed).Select(n => n.Name).ToArray() is { Length: > 0 } unused)
                deleted += await ForgetNamesAsync(db, unused, ct);
            if (names.Count < batch)
                return deleted;
            after = names[^1].Name;
        }
    }

    private static async Task<int> ForgetNamesAsync(BrokerDb db, string[] names, CancellationToken ct)
    {
        await using var transaction = await db.BeginTransactionAsync(ct);
        // Whoever submits one of them at this moment found it there and did not write it: it must be seen before it would be deleted.
        await db.ExecuteAsync("LOCK TABLE deployment_object_names IN SHARE ROW EXCLUSIVE MODE", ct);
        var deleted = await db.ExecuteAsync(
            "DELETE FROM deployment_object_names n WHERE n.name = ANY(@names) AND NOT EXISTS (SELECT FROM deployment_objects d WHERE "
            + "d.name = n.name)",
            ct, new DataParameter("names", names));
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
        await db.ExecuteAsync(
            $"""
             WITH placed AS (DELETE FROM placements WHERE deployment_object_id = @id RETURNING agent_id, status)
             {PlacementStore.UncountSql}
             """,
            ct, new DataParameter("id", id));
        var deleted = await db.ExecuteAsync(
            $"""
             WITH gone AS (DELETE FROM deployment_objects WHERE id = @id RETURNING id, name, stack_id)
             {Actor.AuditRelated}, 'delete_deployment_object', id::text, name, stack_id::text FROM gone
             """,
            ct, new DataParameter("id", id), new DataParameter("by", by.Values));
        await db.TargetsChangedAsync(agents, ct);
        await transaction.CommitAsync(ct);
        return deleted == 1;
    }

    private static Task<DeploymentObjectRow?> FindSameAsync(BrokerDb db, Guid stackId, string name, string yaml, CancellationToken ct) =>
        db.FindAsync<DeploymentObjectRow>(
            $"""
             SELECT {Head} FROM deployment_objects
              WHERE stack_id = @stackId AND name = @name AND superseded_at IS NULL AND yaml = @yaml
             """,
            new { stackId, name, yaml }, ct);

    /// <summary>A deployment object never moves to another stack.</summary>
    private static Task<Guid?> FindStackIdAsync(BrokerDb db, Guid id, CancellationToken ct) =>
        db.FindValueAsync<Guid>("SELECT stack_id FROM deployment_objects WHERE id = @id", new { id }, ct);
}
