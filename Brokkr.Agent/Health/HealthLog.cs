namespace Brokkr.Agent.Health;

/// <summary>What Health logs. Event ids 2200-2299.</summary>
internal static partial class HealthLog
{
    [LoggerMessage(EventId = 2200, Level = LogLevel.Warning, Message = "The broker did not take {Count} items of a report: {Reason}")]
    public static partial void Rejected(ILogger logger, int count, string reason);

    [LoggerMessage(EventId = 2201, Level = LogLevel.Information, Message = "{Name}: {Before} -> {Status} [{Conditions}]")]
    public static partial void Changed(ILogger logger, string name, string before, Wire.HealthStatus.Types.Word status, string conditions);

    [LoggerMessage(EventId = 2202, Level = LogLevel.Error,
        Message = "A rule failed at {Resource}, which is unknown until it changes; please report this with the object")]
    public static partial void RuleFailed(ILogger logger, Exception exception, string resource);
}
