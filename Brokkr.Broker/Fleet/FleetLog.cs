namespace Brokkr.Broker.Fleet;

/// <summary>What Fleet logs. Event ids 1300-1399.</summary>
internal static partial class FleetLog
{
    [LoggerMessage(EventId = 1300, Level = LogLevel.Warning, Message = "The agent {Name} ({Id}) is silent")]
    public static partial void FellSilent(ILogger logger, string name, Guid id);

    [LoggerMessage(EventId = 1301, Level = LogLevel.Information, Message = "The agent {Name} ({Id}) is heard again")]
    public static partial void Returned(ILogger logger, string name, Guid id);

    [LoggerMessage(EventId = 1302, Level = LogLevel.Warning,
        Message = "The agent {Name} ({Id}) reports under two epochs in turn: two processes have its key, or a former one did not end")]
    public static partial void ReportsTwice(ILogger logger, string name, Guid id);
}
