namespace Brokkr.Broker.Diagnostics;

/// <summary>What Diagnostics logs. Event ids 1500-1599.</summary>
internal static partial class DiagnosticsLog
{
    [LoggerMessage(EventId = 1500, Level = LogLevel.Information, Message = "Deleted {Count} diagnostic requests whose time was over")]
    public static partial void Swept(ILogger logger, int count);
}
