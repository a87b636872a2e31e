using LinqToDB.Mapping;

namespace Brokkr.Broker.Health;

/// <summary>What stands for one deployment object on one agent; without an agent where none is targeted.</summary>
internal sealed class VerdictRow
{
    [Column("id")]
    public Guid Id { get; set; }

    [Column("name")]
    public string Name { get; set; } = "";

    [Column("stack_id")]
    public Guid StackId { get; set; }

    /// <summary>Set where the query joins the stack.</summary>
    [Column("stack_name")]
    public string StackName { get; set; } = "";

    [Column("agent_id")]
    public Guid? AgentId { get; set; }

    [Column("agent_name")]
    public string? AgentName { get; set; }

    /// <summary>The status that counts now; null without an agent.</summary>
    [Column("status")]
    public string? Status { get; set; }

    /// <summary>The broker's own condition; null where the report counts.</summary>
    [Column("word")]
    public string? Word { get; set; }

    /// <summary>What the agent reported last, where it no longer counts.</summary>
    [Column("last_known_status")]
    public string? LastKnownStatus { get; set; }

    /// <summary>Since when the status holds; where the broker's own condition rules, since when that does.</summary>
    [Column("since")]
    public DateTimeOffset? Since { get; set; }

    /// <summary>What the agent reported; null before the first report.</summary>
    [Column("summary")]
    public string? Summary { get; set; }

    [Column("checked_at")]
    public DateTimeOffset? CheckedAt { get; set; }

    [Column("received_at")]
    public DateTimeOffset? ReceivedAt { get; set; }
}
