namespace Brokkr.Agent.Cluster.Reading;

/// <summary>What Cluster logs. Event ids 2000-2049.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(EventId = 2000, Level = LogLevel.Information, Message = "Listed {Count} objects of {Source}, watching from here")]
    public static partial void Listed(ILogger logger, string source, int count);

    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning, Message = "{Source} cannot be read, trying again: {Reason}")]
    public static partial void Unreadable(ILogger logger, string source, string reason);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Information, Message = "{Source} can be read again, {Count} objects")]
    public static partial void ReadableAgain(ILogger logger, string source, int count);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Warning,
        Message = "{Name} of {Source} cannot be read and is unknown, by itself: {Reason}")]
    public static partial void ObjectUnreadable(ILogger logger, string source, string name, string reason);
}
