namespace Brokkr.Agent.Deployment;

/// <summary>What Deployment logs. Event ids 2500-2599.</summary>
internal static partial class DeploymentLog
{
    [LoggerMessage(EventId = 2500, Level = LogLevel.Information, Message = "{Name}: applied {Count} objects")]
    public static partial void Applied(ILogger logger, string name, int count);

    [LoggerMessage(EventId = 2501, Level = LogLevel.Warning, Message = "{Name}: {Resource} is not as the manifest says: {Reason}")]
    public static partial void Refused(ILogger logger, string name, string resource, string reason);

    [LoggerMessage(EventId = 2502, Level = LogLevel.Information, Message = "{Name}: deleted {Resource}, which no manifest names any more")]
    public static partial void Deleted(ILogger logger, string name, string resource);

    [LoggerMessage(EventId = 2503, Level = LogLevel.Warning,
        Message = "{Name}: {Resource} is not wanted any more and stays for now: {Reason}")]
    public static partial void NotDeleted(ILogger logger, string name, string resource, string reason);

    [LoggerMessage(EventId = 2504, Level = LogLevel.Warning, Message = "Manifests cannot be applied now, trying again: {Reason}")]
    public static partial void Held(ILogger logger, string reason);

    [LoggerMessage(EventId = 2505, Level = LogLevel.Information,
        Message = "{Name}: {Count} objects changed or went, and are applied again")]
    public static partial void Drifted(ILogger logger, string name, int count);
}
