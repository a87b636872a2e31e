using System.Globalization;
using Brokkr.Broker.Storage;
using LinqToDB.Mapping;

namespace Brokkr.Broker.Health;

/// <summary>Reads and writes <c>deployment_health</c>.</summary>
internal sealed class HealthStore(Func<BrokerDb> openDb, HealthOptions options)
{
    /// <summary>One report per deployment object, in one statement and in the order of the keys, so that no two reports wait for each other in a circle.</summary>
    private const string SaveSql = """
        WITH reports AS (
            SELECT * FROM unnest(@ids::uuid[], @statuses::text[], @summaries::text[], @times::text[]) AS r(id, status, summary, checked_at)),
        permitted AS (
            SELECT r.* FROM reports r
              JOIN deployment_objects d ON d.id = r.id AND d.superseded_at IS NULL
              JOIN agent_targets t ON t.stack_id = d.stack_id AND t.agent_id = @agentId),
        stored AS (
            INSERT INTO deployment_health (agent_id, deployment_object_id, status, summary, checked_at)
            SELECT @agentId, id, status, summary::jsonb, COALESCE(checked_at::timestamptz, NOW()) FROM permitted ORDER BY id
            ON CONFLICT (agent_id, deployment_object_id) DO UPDATE
               SET status = excluded.status, summary = excluded.summary, checked_at = excluded.checked_at, updated_at = NOW()
             WHERE deployment_health.checked_at <= excluded.checked_at
                OR deployment_health.updated_at < NOW() - @staleAfter::double precision * INTERVAL '1 second'
            RETURNING deployment_object_id)
        SELECT r.id, p.id IS NOT NULL AS permitted, s.deployment_object_id IS NOT NULL AS stored
          FROM reports r LEFT JOIN permitted p ON p.id = r.id LEFT JOIN stored s ON s.deployment_object_id = r.id
        """;

    private const string VerdictColumns = """
        d.id, d.name, d.stack_id, d.superseded_at IS NOT NULL AS superseded, t.agent_id, a.name AS agent_name,
        GREATEST(t.created_at, d.created_at) AS targeted_at, h.status, h.summary::text AS summary, h.checked_at, h.updated_at AS received_at, NOW() AS now
        """;

    private const string VerdictJoins = """
        LEFT JOIN agent_targets t ON t.stack_id = d.stack_id AND d.superseded_at IS NULL
        LEFT JOIN agents a ON a.id = t.agent_id
        LEFT JOIN deployment_health h ON h.agent_id = t.agent_id AND h.deployment_object_id = d.id
        """;

    /// <summary>
    /// Stores the reports that are targeted at the agent and not older than what is stored, and answers what became of each.
    /// The identifiers must be distinct. A row that went stale takes any report: the agent's clock may have been put back.
    /// </summary>
    public async Task<List<SavedRow>> SaveAsync(
        Guid agentId, IReadOnlyList<ReportRow> reports, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<SavedRow>(SaveSql, new
        {
            agentId,
            ids = reports.Select(r => r.Id).ToArray(),
            statuses = reports.Select(r => r.Status).ToArray(),
            summaries = reports.Select(r => r.Summary).ToArray(),
            times = reports.Select(r => r.CheckedAt?.ToString("O", CultureInfo.InvariantCulture)).ToArray(),
            staleAfter = options.StaleAfter.TotalSeconds,
        }, ct);
    }

    /// <summary>What each targeted agent says about one deployment object; empty where there is no such object.</summary>
    public async Task<List<VerdictRow>> ReadObjectAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<VerdictRow>(
            $"SELECT {VerdictColumns} FROM deployment_objects d {VerdictJoins} WHERE d.id = @id ORDER BY a.name", new { id }, ct);
    }

    /// <summary>What each targeted agent says about each newest deployment object of a stack.</summary>
    public async Task<List<VerdictRow>> ReadStackAsync(Guid stackId, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<VerdictRow>(
            $"""
             SELECT {VerdictColumns} FROM deployment_objects d {VerdictJoins}
              WHERE d.stack_id = @stackId AND d.superseded_at IS NULL ORDER BY d.name COLLATE "C", a.name
             """,
            new { stackId }, ct);
    }

    /// <summary>What one agent says about each deployment object that it is responsible for.</summary>
    public async Task<List<VerdictRow>> ReadAgentAsync(Guid agentId, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<VerdictRow>(
            $"""
             SELECT {VerdictColumns} FROM deployment_objects d {VerdictJoins}
              WHERE t.agent_id = @agentId AND d.superseded_at IS NULL ORDER BY d.stack_id, d.name COLLATE "C"
             """,
            new { agentId }, ct);
    }
}

/// <summary>One report as it is stored; <paramref name="CheckedAt"/> null stands for the database's clock.</summary>
internal sealed record ReportRow(Guid Id, string Status, string Summary, DateTimeOffset? CheckedAt);

/// <summary>What became of one report.</summary>
internal sealed class SavedRow
{
    [Column("id")]
    public Guid Id { get; set; }

    /// <summary>False where the object is unknown or not targeted at the agent.</summary>
    [Column("permitted")]
    public bool Permitted { get; set; }

    /// <summary>False, though permitted, where a newer report is stored already.</summary>
    [Column("stored")]
    public bool Stored { get; set; }
}
