namespace Brokkr.Broker.Storage;

/// <summary>What the embedded PostgreSQL logs. Event ids 1050-1099.</summary>
internal static partial class EmbeddedPostgresLog
{
    [LoggerMessage(EventId = 1050, Level = LogLevel.Information,
        Message = "No connection string is set: starting an embedded PostgreSQL on {DataDirectory}")]
    public static partial void Starting(ILogger logger, string dataDirectory);

    [LoggerMessage(EventId = 1051, Level = LogLevel.Warning,
        Message = "A PostgreSQL of a former run answers on {DataDirectory}: taking it over")]
    public static partial void TakenOver(ILogger logger, string dataDirectory);
}
