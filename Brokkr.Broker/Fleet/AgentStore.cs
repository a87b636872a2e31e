using System.Data;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using LinqToDB.Data;
using Order = Brokkr.V1.AgentOrder.Types.Word;

namespace Brokkr.Broker.Fleet;

/// <summary>Reads and writes <c>agents</c>.</summary>
internal sealed class AgentStore(Func<BrokerDb> openDb, Staleness staleness)
{
    private const string Named = """
        (@name = '' OR a.name = @name) AND (@text = '' OR strpos(lower(a.name COLLATE "C"), lower(@text COLLATE "C")) > 0)
        AND (@stackId::uuid IS NULL OR EXISTS (
          SELECT FROM agent_targets t JOIN stacks s ON s.id = t.stack_id WHERE t.agent_id = a.id AND t.stack_id = @stackId::uuid))
        """;

    private const string InState = $"(cardinality(@states) = 0 OR {Staleness.State} = ANY(@states))";

    private const string Known = $"a.id, a.name, a.created_at, a.last_seen_at, {Staleness.State} AS state, {Facts}";

    private const string Facts =
        "f.deletion_held_count, f.deletion_held_number, f.deletion_held_since, f.missing_rights, f.kubernetes_version, f.cluster_id";

    private const string WithFacts = "LEFT JOIN agent_facts f ON f.agent_id = a.id";

    private const string Version =
        "COALESCE((SELECT s.agent_version FROM agent_sessions s WHERE s.agent_id = a.id AND s.epoch = a.epoch), '') AS version";

    /// <summary>Registers an agent together with its key; null where the name is taken.</summary>
    public async Task<AgentRow?> AddAsync(string name, Pak pak, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<AgentRow>(
            $"""
             WITH agent AS (INSERT INTO agents (name) VALUES (@name) ON CONFLICT (name) DO NOTHING RETURNING *),
                  pak AS (INSERT INTO paks (id, role, agent_id, name, secret_hash, created_by)
                    SELECT @pakId, 'agent', id, @name, @hash, @createdBy FROM agent),
                  audit AS ({Actor.AuditRelated}, 'create_agent', id::text, name, @pakId FROM agent)
             SELECT id, name, created_at, last_seen_at, 'never' AS state, '' AS version FROM agent
             """,
            new { name, pakId = pak.Id, hash = pak.SecretHash, createdBy = by.Name, by = by.Values }, ct);
    }

    public async Task<AgentRow?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<AgentRow>(
            $"SELECT {Known}, {Version}, c.* FROM agents a {WithFacts} CROSS JOIN LATERAL ({TallySql.OfAgent}) c WHERE a.id = @id",
            new { id, staleAfter = staleness.Seconds }, ct);
    }

    /// <summary>A page of the agents in an order, with how what they run is.</summary>
    public async Task<List<AgentRow>> ListAsync(AgentFilter filter, Page<AgentKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        const string meant = $"{Named} AND {InState}";
        // Only the order of severity has to know how every agent is before it can tell which come first.
        await using var reading = filter.Order == Order.Severity ? await db.BeginReadingAsync(IsolationLevel.ReadCommitted, ct) : null;
        var sql = filter.Order switch
        {
            Order.Severity => $"""
                SELECT {Known}, {Version}, c.* FROM agents a {WithFacts} CROSS JOIN LATERAL ({TallySql.OfAgent}) c
                 WHERE {meant} AND ({TallySql.WorstRank}, a.name) > (@afterRank, @after) ORDER BY {TallySql.WorstRank}, a.name LIMIT @limit
                """,
            Order.LastSeenAt => PageOf(
                "(COALESCE(a.last_seen_at, '-infinity'), a.name) > (COALESCE(@afterSeen::timestamptz, '-infinity'), @after)",
                "COALESCE(a.last_seen_at, '-infinity'), a.name"),
            _ => PageOf("a.name > @after", "a.name"),
        };
        return await db.ListAsync<AgentRow>(sql, new
        {
            staleAfter = staleness.Seconds,
            name = filter.Name,
            text = filter.Text,
            stackId = filter.StackId,
            states = filter.States.Select(s => s.Text()).ToArray(),
            after = page.After?.Name ?? "",
            afterRank = page.After?.Status?.Rank() ?? 0,
            afterSeen = page.After?.LastSeenAt?.UtcDateTime,
            limit = page.Fetch,
        }, ct);

        static string PageOf(string after, string by) => $"""
            WITH page AS (SELECT a.* FROM agents a WHERE {meant} AND {after} ORDER BY {by} LIMIT @limit)
            SELECT {Known}, {Version}, c.* FROM page a {WithFacts} CROSS JOIN LATERAL ({TallySql.OfAgent}) c ORDER BY {by}
            """;
    }

    /// <summary>How many agents of each state there are under the filters but that of the state.</summary>
    public async Task<AgentCountsRow> CountAsync(AgentFilter filter, CancellationToken ct)
    {
        await using var db = openDb();
        return (await db.FindAsync<AgentCountsRow>(
            $"""
             SELECT (COUNT(*) FILTER (WHERE a.last_seen_at IS NULL))::int AS never,
                    (COUNT(*) FILTER (WHERE a.last_seen_at IS NOT NULL AND {Staleness.IsSilent}))::int AS silent,
                    (COUNT(*) FILTER (WHERE NOT {Staleness.IsSilent}))::int AS reporting
               FROM agents a WHERE {Named}
             """,
            new { staleAfter = staleness.Seconds, name = filter.Name, text = filter.Text, stackId = filter.StackId }, ct))!;
    }

    /// <summary>Deletes an agent with all that belongs to it; false where there is none.</summary>
    public async Task<bool> DeleteAsync(Guid id, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ExecuteAsync(
            $"WITH gone AS (DELETE FROM agents WHERE id = @id RETURNING id, name) {Actor.Audit}, 'delete_agent', id::text, name FROM gone",
            ct, new DataParameter("id", id), new DataParameter("by", by.Values)) == 1;
    }
}
