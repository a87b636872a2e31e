namespace Brokkr.Broker.Health;

/// <summary>What Health logs. Event ids 1400-1499.</summary>
internal static partial class HealthLog
{
    [LoggerMessage(EventId = 1400, Level = LogLevel.Information,
        Message = "Deleted {Count} changes of health that were older than they are kept")]
    public static partial void HistorySwept(ILogger logger, int count);
}
