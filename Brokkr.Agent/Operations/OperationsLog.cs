namespace Brokkr.Agent.Operations;

/// <summary>What Operations logs. Event ids 2500-2599.</summary>
internal static partial class OperationsLog
{
    [LoggerMessage(EventId = 2500, Level = LogLevel.Information, Message = "Probes and metrics are on port {Port}")]
    public static partial void Serving(ILogger logger, int port);

    [LoggerMessage(EventId = 2501, Level = LogLevel.Error, Message = "Port {Port} cannot be used for probes and metrics ({Reason}): set agent.health_port to another, or to 0 for none")]
    public static partial void PortTaken(ILogger logger, int port, string reason);
}
