using LinqToDB.Mapping;

namespace Brokkr.Broker.Health;

/// <summary>What one targeted agent says about one deployment object; without an agent where none is targeted.</summary>
internal sealed class VerdictRow
{
    [Column("id")]
    public Guid Id { get; set; }

    [Column("name")]
    public string Name { get; set; } = "";

    [Column("stack_id")]
    public Guid StackId { get; set; }

    [Column("superseded")]
    public bool Superseded { get; set; }

    [Column("agent_id")]
    public Guid? AgentId { get; set; }

    [Column("agent_name")]
    public string? AgentName { get; set; }

    /// <summary>When both the target and the deployment object were there.</summary>
    [Column("targeted_at")]
    public DateTimeOffset? TargetedAt { get; set; }

    /// <summary>What the agent reported; null before the first report.</summary>
    [Column("status")]
    public string? Status { get; set; }

    [Column("summary")]
    public string? Summary { get; set; }

    [Column("checked_at")]
    public DateTimeOffset? CheckedAt { get; set; }

    [Column("received_at")]
    public DateTimeOffset? ReceivedAt { get; set; }

    /// <summary>The database's clock when the row was read.</summary>
    [Column("now")]
    public DateTimeOffset Now { get; set; }
}
