using Brokkr.Broker.Storage;
using LinqToDB.Data;

namespace Brokkr.Broker.Fleet;

/// <summary>Lets go of superseded revisions of <c>deployment_objects</c>: first of their manifests, later of their rows.</summary>
internal sealed class RevisionStore(Func<BrokerDb> openDb, RevisionRetention keep)
{
    /// <summary>Nobody asks about it: a diagnostic request would go with it.</summary>
    private const string IsUnasked = "NOT EXISTS (SELECT FROM diagnostic_requests q WHERE q.deployment_object_id = d.id)";

    /// <summary>
    /// Looks at all of them in their order, some at a time, and answers how many rows went. What another broker works on is left to it.
    /// </summary>
    public async Task<int> SweepAsync(CancellationToken ct, int batch = 1000)
    {
        await using var db = openDb();
        var (deleted, last) = (0, new RevisionUseRow());
        while (true)
        {
            var page = await ListAsync(db, last, batch, ct);
            var over = page.Where(r => r.IsOver).ToList();
            await WriteAsync(db, "UPDATE deployment_objects SET yaml = ''", over.Where(r => r is { IsOld: false, IsWhole: true }), ct);
            deleted += await WriteAsync(db, "DELETE FROM deployment_objects", over.Where(r => r.IsOld), ct);
            if (page.Count < batch)
                return deleted;
            last = page[^1];
        }
    }

    private Task<List<RevisionUseRow>> ListAsync(BrokerDb db, RevisionUseRow last, int batch, CancellationToken ct) =>
        db.ListAsync<RevisionUseRow>(
            """
            SELECT d.id, d.stack_id, d.name, d.revision, d.yaml <> '' AS is_whole,
                   COALESCE(d.superseded_at < NOW() - @days * INTERVAL '1 day', FALSE) AS is_old,
                   d.superseded_at IS NOT NULL AND EXISTS (SELECT FROM deployment_objects n
                     WHERE n.stack_id = d.stack_id AND n.name = d.name AND n.revision > d.revision OFFSET @kept) AS is_over
              FROM deployment_objects d WHERE (d.stack_id, d.name, d.revision) > (@stackId, @name, @revision)
             ORDER BY d.stack_id, d.name, d.revision LIMIT @batch
            """,
            new { keep.Days, keep.Kept, last.StackId, last.Name, last.Revision, batch }, ct);

    private static async Task<int> WriteAsync(BrokerDb db, string write, IEnumerable<RevisionUseRow> rows, CancellationToken ct)
    {
        // Most of the time there is none.
        if (rows.Select(r => r.Id).ToArray() is not { Length: > 0 } ids)
            return 0;
        return await db.ExecuteAsync(
            $"{write} WHERE id IN (SELECT id FROM deployment_objects d WHERE id = ANY(@ids) AND {IsUnasked} FOR UPDATE SKIP LOCKED)",
            ct, new DataParameter("ids", ids));
    }
}
