namespace Brokkr.Broker.Health;

/// <summary>The fleet at one moment, by the database's clock.</summary>
internal sealed class FleetSampleRow
{
    public int Failing { get; set; }

    public int Degraded { get; set; }

    public int Unknown { get; set; }

    public int Healthy { get; set; }

    public int Stale { get; set; }

    /// <summary>What agents that look cannot judge.</summary>
    public int Unclear { get; set; }

    public int Agents { get; set; }

    /// <summary>Agents that were heard and are not any more.</summary>
    public int SilentAgents { get; set; }

    /// <summary>Agents that were never heard.</summary>
    public int UnheardAgents { get; set; }

    public int HoldingAgents { get; set; }

    public int Pending { get; set; }

    public int Claimed { get; set; }

    public double OldestPendingSeconds { get; set; }
}
