namespace Brokkr.Broker.Storage;

/// <summary>What Storage logs. Event ids 1000-1049; the embedded server has 1050-1099.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(EventId = 1000, Level = LogLevel.Information, Message = "Applied migration {Migration}")]
    public static partial void Migrated(ILogger logger, string migration);

    [LoggerMessage(EventId = 1001, Level = LogLevel.Warning,
        Message = "The database at {Address} does not answer yet ({Reason}); trying again")]
    public static partial void WaitingForDatabase(ILogger logger, string address, string reason);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Warning,
        Message = "The database's notifications are not heard; requests are found by polling until they are")]
    public static partial void NotListening(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Information, Message = "The database's notifications are heard again")]
    public static partial void Listening(ILogger logger);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Warning,
        Message = "The database at {Address} does not answer ({Reason}): calls get 503 until it does. The next line about it says when "
            + "it is back")]
    public static partial void DatabaseAway(ILogger logger, string address, string reason);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Warning, Message = "The database at {Address} answers again, after {Seconds} s")]
    public static partial void DatabaseBack(ILogger logger, string address, long seconds);

    [LoggerMessage(EventId = 1006, Level = LogLevel.Warning,
        Message = "The pool may open {Pool} connections, the server has room for {Room}: calls will fail when they are needed. Lower "
            + "Maximum Pool Size in broker.database.connection_string, so that all brokers together stay below, or raise the server's "
            + "max_connections")]
    public static partial void PoolTooLarge(ILogger logger, int pool, int room);

    [LoggerMessage(EventId = 1007, Level = LogLevel.Warning,
        Message = "Migration {Migration} waits for what others hold in the database, and lets them go first; trying again")]
    public static partial void MigrationWaits(ILogger logger, string migration);

    [LoggerMessage(EventId = 1008, Level = LogLevel.Warning,
        Message = "A pooler gives the broker's transactions sessions in turn ({Sign}): no statement is prepared from now on. Write "
            + "Max Auto Prepare=0 in broker.database.connection_string, or a number where the pooler keeps one session for each connection "
            + "or keeps statements apart by itself")]
    public static partial void NotPreparing(ILogger logger, string sign);

    [LoggerMessage(EventId = 1009, Level = LogLevel.Warning,
        Message = "A pooler stands before the database's notifications; in transaction mode it lets none through, and requests are found "
            + "within 2 seconds. Name the database itself in broker.database.listen_connection_string")]
    public static partial void PoolerBeforeNotifications(ILogger logger);

    [LoggerMessage(EventId = 1010, Level = LogLevel.Warning,
        Message = "The standby at {Address} {Trouble}: what readers ask goes to the primary until it follows. The next line about it says "
            + "when it does")]
    public static partial void StandbyAway(ILogger logger, string address, string trouble);

    [LoggerMessage(EventId = 1011, Level = LogLevel.Warning,
        Message = "The standby at {Address} follows again, and answers what readers ask")]
    public static partial void StandbyFollows(ILogger logger, string address);

    [LoggerMessage(EventId = 1012, Level = LogLevel.Information, Message = "Dropped {Partition}, whose time was over")]
    public static partial void PartitionDropped(ILogger logger, string partition);

    [LoggerMessage(EventId = 1013, Level = LogLevel.Warning,
        Message = "The partitions of {Table} wait for what others hold in the database, such as a backup; they are tried again in an hour, "
            + "and nothing fails for it")]
    public static partial void PartitionsWait(ILogger logger, string table);
}
