using System.Data;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using LinqToDB.Data;
using Order = Brokkr.V1.StackOrder.Types.Word;

namespace Brokkr.Broker.Fleet;

/// <summary>Reads and writes <c>stacks</c>.</summary>
internal sealed class StackStore(Func<BrokerDb> openDb, Staleness staleness)
{
    private const string Named = """
        (@name = '' OR s.name = @name) AND (@text = '' OR strpos(lower(s.name COLLATE "C"), lower(@text COLLATE "C")) > 0)
        """;

    /// <summary>What a stack <c>s</c> holds, one row. It looks at each of its placements.</summary>
    private const string Held = $"""
        SELECT c.*, (SELECT COUNT(*) FROM deployment_objects d WHERE d.stack_id = s.id AND d.superseded_at IS NULL)::int AS objects,
               (SELECT COUNT(*) FROM agent_targets t WHERE t.stack_id = s.id)::int AS agents
          FROM (SELECT {TallySql.ByStatus} FROM {VerdictSql.Verdicts} v WHERE v.stack_id = s.id) c
        """;

    /// <summary>Creates a stack; null where the name is taken.</summary>
    public async Task<StackRow?> AddAsync(string name, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<StackRow>(
            $"""
             WITH stack AS (INSERT INTO stacks (name) VALUES (@name) ON CONFLICT (name) DO NOTHING RETURNING id, name, created_at),
                  audit AS ({Actor.Audit}, 'create_stack', id::text, name FROM stack)
             SELECT id, name, created_at FROM stack
             """,
            new { name, by = by.Values }, ct);
    }

    public async Task<StackRow?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<StackRow>("SELECT id, name, created_at FROM stacks WHERE id = @id", new { id }, ct);
    }

    /// <summary>A page of the stacks in an order; what they hold is counted where it is asked for, or decides.</summary>
    public async Task<List<StackRow>> ListAsync(StackFilter filter, Page<StackKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        const string known = "s.id, s.name, s.created_at";
        const string bare = $"SELECT {known} FROM stacks s WHERE {Named} AND s.name > @after ORDER BY s.name LIMIT @limit";
        var sql = filter switch
        {
            { Order: Order.Severity } => $"""
                SELECT {known}, c.* FROM stacks s CROSS JOIN LATERAL ({Held}) c
                 WHERE {Named} AND ({TallySql.WorstRank}, s.name) > (@afterRank, @after)
                   AND (cardinality(@ranks) = 0 OR {TallySql.WorstRank} = ANY(@ranks))
                 ORDER BY {TallySql.WorstRank}, s.name LIMIT @limit
                """,
            { Statuses.Length: > 0 } => $"""
                SELECT {known}, c.* FROM stacks s CROSS JOIN LATERAL ({Held}) c
                 WHERE {Named} AND s.name > @after AND {TallySql.WorstRank} = ANY(@ranks) ORDER BY s.name LIMIT @limit
                """,
            { WithSummary: true } => $"""
                WITH page AS (SELECT s.* FROM stacks s WHERE {Named} AND s.name > @after ORDER BY s.name LIMIT @limit)
                SELECT {known}, c.* FROM page s CROSS JOIN LATERAL ({Held}) c ORDER BY s.name
                """,
            _ => bare,
        };
        await using var reading = sql == bare ? null : await db.BeginReadingAsync(IsolationLevel.ReadCommitted, ct);
        return await db.ListAsync<StackRow>(sql, new
        {
            staleAfter = staleness.Seconds,
            name = filter.Name,
            text = filter.Text,
            ranks = filter.Statuses.Select(s => s.Rank()).ToArray(),
            after = page.After?.Name ?? "",
            afterRank = page.After?.Status?.Rank() ?? 0,
            limit = page.Fetch,
        }, ct);
    }

    /// <summary>
    /// Deletes a stack; false where there is none. What belongs to it is out of sight with that, and removed by
    /// <see cref="DeletedStackStore"/>.
    /// </summary>
    public async Task<bool> DeleteAsync(Guid id, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        var deleted = await db.ExecuteAsync(
            $"WITH gone AS (DELETE FROM stacks WHERE id = @id RETURNING id, name) {Actor.Audit}, 'delete_stack', id::text, name FROM gone",
            ct, new DataParameter("id", id), new DataParameter("by", by.Values));
        if (deleted == 0)
            return false;
        await db.AnnounceTargetsAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}
