using LinqToDB.Mapping;

namespace Brokkr.Broker.Health;

/// <summary>The fleet at one moment, by the database's clock.</summary>
internal sealed class FleetSample
{
    [Column("failing")]
    public int Failing { get; set; }

    [Column("degraded")]
    public int Degraded { get; set; }

    [Column("unknown")]
    public int Unknown { get; set; }

    [Column("healthy")]
    public int Healthy { get; set; }

    [Column("stale")]
    public int Stale { get; set; }

    [Column("agents")]
    public int Agents { get; set; }

    [Column("silent_agents")]
    public int SilentAgents { get; set; }

    [Column("pending")]
    public int Pending { get; set; }

    [Column("claimed")]
    public int Claimed { get; set; }

    [Column("oldest_pending_seconds")]
    public double OldestPendingSeconds { get; set; }
}
