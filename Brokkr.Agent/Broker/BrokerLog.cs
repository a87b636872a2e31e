using Grpc.Core;

namespace Brokkr.Agent.Broker;

/// <summary>What the connection to the broker logs. Event ids 2400-2499.</summary>
internal static partial class BrokerLog
{
    [LoggerMessage(EventId = 2400, Level = LogLevel.Warning, Message = "The broker does not answer at {Url}: {Reason}; trying again")]
    public static partial void Away(ILogger logger, string url, string reason);

    [LoggerMessage(EventId = 2401, Level = LogLevel.Information, Message = "The broker answers again")]
    public static partial void Back(ILogger logger);

    [LoggerMessage(EventId = 2402, Level = LogLevel.Error,
        Message = "The broker refuses this agent ({Status}): check agent.agent_id and agent.pak, or create the agent anew")]
    public static partial void Refused(ILogger logger, StatusCode status);

    [LoggerMessage(EventId = 2403, Level = LogLevel.Error, Message = "A pass failed; it is tried again")]
    public static partial void PassFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2404, Level = LogLevel.Error,
        Message = "The broker answers a call with {Status}, and will be asked again: {Detail}")]
    public static partial void CallFailed(ILogger logger, StatusCode status, string detail);
}
