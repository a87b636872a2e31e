namespace Brokkr.Broker.Health;

/// <summary>What Health logs. Event ids 1400-1499.</summary>
internal static partial class HealthLog
{
    [LoggerMessage(EventId = 1400, Level = LogLevel.Information,
        Message = "Deleted {Count} changes of health that were older than they are kept")]
    public static partial void HistorySwept(ILogger logger, int count);

    [LoggerMessage(EventId = 1401, Level = LogLevel.Warning,
        Message = "{Count} reports could not be stored together ({Error}): each is stored by itself, and one that cannot be is refused")]
    public static partial void StoredApart(ILogger logger, int count, string error);
}
