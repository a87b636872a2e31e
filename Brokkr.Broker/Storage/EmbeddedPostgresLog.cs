namespace Brokkr.Broker.Storage;

/// <summary>What the embedded PostgreSQL logs. Event ids 1050-1099.</summary>
internal static partial class EmbeddedPostgresLog
{
    [LoggerMessage(EventId = 1050, Level = LogLevel.Information,
        Message = "No connection string is set: starting an embedded PostgreSQL on {DataDirectory}")]
    public static partial void Starting(ILogger logger, string dataDirectory);

    [LoggerMessage(EventId = 1051, Level = LogLevel.Warning,
        Message = "A PostgreSQL of a former run is there on {DataDirectory}: taking it over")]
    public static partial void TakenOver(ILogger logger, string dataDirectory);

    [LoggerMessage(EventId = 1052, Level = LogLevel.Information,
        Message = "The embedded PostgreSQL on {DataDirectory} recovers; waiting until it has")]
    public static partial void Recovering(ILogger logger, string dataDirectory);

    [LoggerMessage(EventId = 1053, Level = LogLevel.Error,
        Message = "The embedded PostgreSQL on {DataDirectory} has ended: starting it again")]
    public static partial void Died(ILogger logger, string dataDirectory);

    [LoggerMessage(EventId = 1054, Level = LogLevel.Warning, Message = "The embedded PostgreSQL on {DataDirectory} runs again")]
    public static partial void Restarted(ILogger logger, string dataDirectory);

    [LoggerMessage(EventId = 1055, Level = LogLevel.Error, Message = "{Reason} Trying again")]
    public static partial void NotRestarted(ILogger logger, string reason);

    [LoggerMessage(EventId = 1056, Level = LogLevel.Warning,
        Message = "What was in place of the embedded PostgreSQL's data never became a database: it is in {Directory} now")]
    public static partial void SetAside(ILogger logger, string directory);
}
