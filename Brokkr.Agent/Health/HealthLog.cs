namespace Brokkr.Agent.Health;

/// <summary>What Health logs. Event ids 2200-2299.</summary>
internal static partial class HealthLog
{
    [LoggerMessage(EventId = 2200, Level = LogLevel.Warning, Message = "The broker did not take {Count} items of a report: {Reason}")]
    public static partial void Rejected(ILogger logger, int count, string reason);
}
