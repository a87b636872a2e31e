namespace Brokkr.Broker.Fleet;

/// <summary>What the broker noticed of an agent.</summary>
internal sealed class AgentChange
{
    public const string FellSilent = "agent_silent";
    public const string Returned = "agent_returned";
    public const string TwoEpochs = "agent_two_epochs";

    public Guid Id { get; set; }

    public string Name { get; set; } = "";

    /// <summary>One of the words above, by which the audit trail and the metric name it too.</summary>
    public string What { get; set; } = "";
}
