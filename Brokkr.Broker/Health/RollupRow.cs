using Brokkr.Broker.Fleet;
using Status = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>What all agents of one deployment object come to, counted by the database.</summary>
internal sealed class RollupRow
{
    public required Guid Id { get; set; }

    public required int Agents { get; set; }

    public required int Failing { get; set; }

    public required int Degraded { get; set; }

    public required int Unknown { get; set; }

    public required int Healthy { get; set; }

    public DateTimeOffset? CheckedAt { get; set; }

    /// <summary>Since when the first of the agents that have the worst status has had it.</summary>
    public DateTimeOffset? Since { get; set; }

    public required bool IsRollingOut { get; set; }

    public required int PodsReady { get; set; }

    public required int PodsTotal { get; set; }

    /// <summary>How many resources there are, told or not.</summary>
    public required int Resources { get; set; }

    /// <summary>How many findings there are, told or not.</summary>
    public required int Findings { get; set; }

    /// <summary>Distinct.</summary>
    public required string[] Conditions { get; set; }

    public Status Worst => new StatusCounts(Failing, Degraded, Unknown, Healthy).Worst;
}
