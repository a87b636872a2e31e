using Status = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>What stands for one deployment object on one agent; without an agent where none is to run it.</summary>
internal sealed class VerdictRow
{
    public Guid Id { get; set; }

    public string Name { get; set; } = "";

    public Guid StackId { get; set; }

    /// <summary>Set where the query joins the stack.</summary>
    public string StackName { get; set; } = "";

    /// <summary>Whether a newer revision took the place of the deployment object; set where the query may find such a one.</summary>
    public bool IsSuperseded { get; set; }

    /// <summary>How many agents the deployment object has; set where the query answers some of them.</summary>
    public int AgentsTotal { get; set; }

    public Guid? AgentId { get; set; }

    public string? AgentName { get; set; }

    /// <summary>The status that counts now; of no meaning without an agent.</summary>
    public Status? Status { get; set; }

    /// <summary>Whether the agent says that it is being rolled out, and that counts.</summary>
    public bool IsRollingOut { get; set; }

    /// <summary>Whether something in the row was not what it should be and was left out.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>The broker's own condition; null where the report counts.</summary>
    public string? Word { get; set; }

    /// <summary>What the agent reported last, where it no longer counts.</summary>
    public Status? LastKnownStatus { get; set; }

    /// <summary>Since when the status holds; where the broker's own condition rules, since when that does.</summary>
    public DateTimeOffset? Since { get; set; }

    /// <summary>Where the row stands in the order of changes; of no meaning without an agent.</summary>
    public DateTimeOffset? SinceKey { get; set; }

    /// <summary>What the agent reported; null before the first report.</summary>
    public string? Summary { get; set; }

    public DateTimeOffset? CheckedAt { get; set; }

    public DateTimeOffset? ReceivedAt { get; set; }
}
