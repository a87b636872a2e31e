namespace Brokkr.Agent.Watching;

/// <summary>What is said of the agent's rights. Event ids 2050-2099.</summary>
internal static partial class RightsLog
{
    [LoggerMessage(EventId = 2050, Level = LogLevel.Information, Message = "The agent has the rights that it needs")]
    public static partial void Sufficient(ILogger logger);

    [LoggerMessage(EventId = 2051, Level = LogLevel.Warning,
        Message =
        "The agent lacks rights, and reports what it cannot see as unknown or leaves it out; grant it what deploy/rbac shows: {Lacking}")]
    public static partial void Lacking(ILogger logger, string lacking);

    [LoggerMessage(EventId = 2052, Level = LogLevel.Warning, Message = "What the agent may do could not be found out: {Reason}")]
    public static partial void Unknown(ILogger logger, string reason);
}
