namespace Brokkr.Agent.Diagnostics;

/// <summary>What Diagnostics logs. Event ids 2300-2399.</summary>
internal static partial class DiagnosticsLog
{
    [LoggerMessage(EventId = 2300, Level = LogLevel.Information, Message = "Answered diagnostic request {RequestId}")]
    public static partial void Answered(ILogger logger, string requestId);

    [LoggerMessage(EventId = 2301, Level = LogLevel.Error, Message = "Gathering for diagnostic request {RequestId} failed")]
    public static partial void Failed(ILogger logger, Exception exception, string requestId);
}
