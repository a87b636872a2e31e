namespace Brokkr.Agent.Operations;

/// <summary>What Operations logs. Event ids 2600-2699.</summary>
internal static partial class OperationsLog
{
    [LoggerMessage(EventId = 2600, Level = LogLevel.Information, Message = "Probes and metrics are on port {Port}")]
    public static partial void Serving(ILogger logger, int port);

    [LoggerMessage(EventId = 2601, Level = LogLevel.Error,
        Message = "Port {Port} cannot be used for probes and metrics ({Reason}): set agent.health_port to another, or to 0 for none")]
    public static partial void PortTaken(ILogger logger, int port, string reason);

    [LoggerMessage(EventId = 2602, Level = LogLevel.Information,
        Message = "brokkr-agent {Version} starts: agent {AgentId} of the broker at {Broker}, mode {Mode}, watching {Namespaces}")]
    public static partial void Starting(ILogger logger, string version, string agentId, string broker, string mode, string namespaces);

    [LoggerMessage(EventId = 2603, Level = LogLevel.Information, Message = "Ready: the cluster is listed, and the broker answers")]
    public static partial void Ready(ILogger logger);

    [LoggerMessage(EventId = 2604, Level = LogLevel.Information, Message = "Stopping")]
    public static partial void Stopping(ILogger logger);
}
