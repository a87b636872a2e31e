namespace Brokkr.Broker.Alerts.Messages;

/// <summary>The types of messages.</summary>
internal static class MessageTypes
{
    /// <summary>Something is wrong that was not told before.</summary>
    public const string Firing = "alert.firing";

    /// <summary>What was told changed, or goes on.</summary>
    public const string Updated = "alert.updated";

    /// <summary>All that was told of the group is over.</summary>
    public const string Resolved = "alert.resolved";

    /// <summary>So much is told that the rest comes in one message.</summary>
    public const string Storm = "alert.storm";

    /// <summary>Agents are not heard.</summary>
    public const string AgentSilent = "agent.silent";

    /// <summary>Agents are heard again.</summary>
    public const string AgentReturned = "agent.returned";

    /// <summary>An admin tries whether messages arrive.</summary>
    public const string Test = "receiver.test";
}
