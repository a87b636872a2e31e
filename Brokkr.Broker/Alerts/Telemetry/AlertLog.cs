namespace Brokkr.Broker.Alerts.Telemetry;

/// <summary>What alerts log. Event ids 1700-1799.</summary>
internal static partial class AlertLog
{
    [LoggerMessage(EventId = 1700, Level = LogLevel.Warning,
        Message = "The message {Id} to the receiver {Receiver} was not delivered and is tried again: {Reason}")]
    public static partial void NotDelivered(ILogger logger, Guid id, string receiver, string reason);

    [LoggerMessage(EventId = 1701, Level = LogLevel.Error, Message = "The message {Id} to the receiver {Receiver} is given up: {Reason}")]
    public static partial void GivenUp(ILogger logger, Guid id, string receiver, string reason);

    [LoggerMessage(EventId = 1702, Level = LogLevel.Information,
        Message = "Deleted {Alerts} alerts and {Deliveries} messages that were older than they are kept")]
    public static partial void Swept(ILogger logger, int alerts, int deliveries);

    [LoggerMessage(EventId = 1703, Level = LogLevel.Information, Message = "This broker looks after alerts now")]
    public static partial void Watching(ILogger logger);

    [LoggerMessage(EventId = 1704, Level = LogLevel.Warning, Message = "The Alertmanager {Receiver} was not told: {Reason}")]
    public static partial void AlertmanagerAway(ILogger logger, string receiver, string reason);

    [LoggerMessage(EventId = 1705, Level = LogLevel.Error,
        Message = "What came of sending the message {Id} to the receiver {Receiver} could not be noted: it is sent again")]
    public static partial void NotNoted(ILogger logger, Exception exception, Guid id, string receiver);

    [LoggerMessage(EventId = 1706, Level = LogLevel.Information,
        Message = "Encrypted the secrets of {Count} alert receivers anew, with the first key of broker.secrets_key_file")]
    public static partial void Resealed(ILogger logger, int count);

    [LoggerMessage(EventId = 1707, Level = LogLevel.Warning,
        Message = "Rules of broker.alerts name what is not there yet, and leave it out until it is: {Missing}")]
    public static partial void Unresolved(ILogger logger, string missing);

    [LoggerMessage(EventId = 1708, Level = LogLevel.Warning,
        Message = "Gave up {Count} messages whose receivers have been switched off for a day")]
    public static partial void GivenUpUntried(ILogger logger, int count);
}
