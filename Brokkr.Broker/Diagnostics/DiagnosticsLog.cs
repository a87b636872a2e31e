namespace Brokkr.Broker.Diagnostics;

/// <summary>What Diagnostics logs. Event ids 1500-1599.</summary>
internal static partial class DiagnosticsLog
{
    [LoggerMessage(EventId = 1500, Level = LogLevel.Information, Message = "Deleted {Count} diagnostic requests whose time was over")]
    public static partial void Swept(ILogger logger, int count);

    [LoggerMessage(EventId = 1501, Level = LogLevel.Debug,
        Message = "The other brokers could not be told of a diagnostic request; they find it by polling")]
    public static partial void NotAnnounced(ILogger logger, Exception exception);
}
