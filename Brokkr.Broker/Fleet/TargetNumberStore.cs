using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Fleet;

/// <summary>Reads <c>agent_target_numbers</c>, which whatever changes a target state writes (<see cref="PlacementStore"/>).</summary>
internal sealed class TargetNumberStore(Func<BrokerDb> openDb)
{
    /// <summary>What is said on <see cref="OpenDiagnosticStore.Channel"/> when target states changed.</summary>
    public const string Changed = "targets";

    /// <summary>
    /// The number, and the tag that tells it from the same number in a database that was put back, of the agent of a parameter
    /// <c>agentId</c>. A target whose stack was deleted counts as a change; once it is removed, what is stored comes to the same.
    /// </summary>
    public const string State = $"""
        (SELECT COALESCE(n.number, 1) + g.changes AS number,
                CASE WHEN g.changes = 0 THEN COALESCE(n.tag, {NoTag}) ELSE md5(COALESCE(n.tag, {NoTag})::text || g.stacks)::uuid END AS tag
           FROM (SELECT COUNT(*) AS changes, string_agg(x.id::text, '' ORDER BY x.number) AS stacks
                   FROM deleted_stacks x JOIN agent_targets t ON t.stack_id = x.id WHERE t.agent_id = @agentId) g
           LEFT JOIN agent_target_numbers n ON n.agent_id = @agentId)
        """;

    /// <summary>Of agents whose target state never changed.</summary>
    public const string NoTag = "'00000000-0000-0000-0000-000000000000'::uuid";

    /// <summary>An agent's number; 1 before anything changed.</summary>
    public async Task<long> FindAsync(Guid agentId, CancellationToken ct)
    {
        await using var db = openDb();
        return (await db.FindValueAsync<long>($"SELECT number FROM {State} s", new { agentId }, ct))!.Value;
    }

    /// <summary>The numbers that changed within the last seconds. Where one of them is missed, the agent's next poll finds it.</summary>
    public async Task<List<TargetNumberRow>> ListChangedAsync(TimeSpan within, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<TargetNumberRow>(
            $"""
             WITH changed AS (
                 SELECT agent_id, spread_seconds FROM agent_target_numbers WHERE changed_at > NOW() - @within * INTERVAL '1 second'
                 UNION ALL
                 SELECT t.agent_id,
                        CASE WHEN COUNT(*) OVER () > {PlacementStore.AtOnce} THEN {PlacementStore.SpreadSeconds} ELSE 0 END
                   FROM deleted_stacks x JOIN agent_targets t ON t.stack_id = x.id
                  WHERE x.deleted_at > NOW() - @within * INTERVAL '1 second')
             SELECT c.agent_id, MAX(c.spread_seconds) AS spread_seconds,
                    COALESCE(MAX(n.number), 1)
                      + (SELECT COUNT(*) FROM agent_targets t WHERE t.agent_id = c.agent_id AND t.stack_id IN {DeletedStackSql.Stacks})
                      AS number
               FROM changed c LEFT JOIN agent_target_numbers n ON n.agent_id = c.agent_id GROUP BY c.agent_id
             """,
            new { within = within.TotalSeconds }, ct);
    }
}

/// <summary>A row of <c>agent_target_numbers</c>.</summary>
internal sealed class TargetNumberRow
{
    public required Guid AgentId { get; set; }

    public required long Number { get; set; }

    public required int SpreadSeconds { get; set; }
}
