namespace Brokkr.Agent.Diagnostics;

/// <summary>What Diagnostics logs. Event ids 2300-2399.</summary>
internal static partial class DiagnosticsLog
{
    [LoggerMessage(EventId = 2300, Level = LogLevel.Information, Message = "Answered diagnostic request {RequestId}")]
    public static partial void Answered(ILogger logger, string requestId);

    [LoggerMessage(EventId = 2301, Level = LogLevel.Error, Message = "Gathering for diagnostic request {RequestId} failed")]
    public static partial void Failed(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(EventId = 2302, Level = LogLevel.Information,
        Message = "Diagnostic request {RequestId} was withdrawn; gathering stopped")]
    public static partial void Dropped(ILogger logger, string requestId);

    [LoggerMessage(EventId = 2303, Level = LogLevel.Information,
        Message = "The answer to diagnostic request {RequestId} is not wanted any more")]
    public static partial void NotWanted(ILogger logger, string requestId);

    [LoggerMessage(EventId = 2304, Level = LogLevel.Warning,
        Message = "The answer to diagnostic request {RequestId} could not be delivered; the request is handed out again")]
    public static partial void NotDelivered(ILogger logger, Exception exception, string requestId);
}
