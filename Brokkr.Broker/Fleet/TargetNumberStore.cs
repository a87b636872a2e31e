using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Fleet;

/// <summary>Reads <c>agent_target_numbers</c>, which whatever changes a target state writes (<see cref="PlacementStore"/>).</summary>
internal sealed class TargetNumberStore(Func<BrokerDb> openDb)
{
    /// <summary>What is said on <see cref="OpenDiagnosticStore.Channel"/> when target states changed.</summary>
    public const string Changed = "targets";

    /// <summary>An agent's number; 1 before anything changed.</summary>
    public async Task<TargetNumberRow> FindAsync(Guid agentId, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<TargetNumberRow>(
            "SELECT agent_id, number, spread_seconds FROM agent_target_numbers WHERE agent_id = @agentId", new { agentId }, ct)
            ?? new() { AgentId = agentId, Number = 1, SpreadSeconds = 0 };
    }

    /// <summary>The numbers that changed within the last seconds. Where one of them is missed, the agent's next poll finds it.</summary>
    public async Task<List<TargetNumberRow>> ListChangedAsync(TimeSpan within, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<TargetNumberRow>(
            "SELECT agent_id, number, spread_seconds FROM agent_target_numbers WHERE changed_at > NOW() - @within * INTERVAL '1 second'",
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
