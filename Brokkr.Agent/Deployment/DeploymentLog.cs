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

    [LoggerMessage(EventId = 2506, Level = LogLevel.Warning,
        Message = "Nothing is deleted: target state {Number} would take away {Count} objects, most of what is applied. Confirm it at the broker "
            + "(POST /api/v1/agents/ID/confirm-deletion), or put back what is missing there")]
    public static partial void HeldAsMost(ILogger logger, int count, long number);

    [LoggerMessage(EventId = 2507, Level = LogLevel.Warning,
        Message = "Nothing is deleted: target state {Number}, which would take away {Count} objects, is older than {Last}, as after a restored "
            + "backup. Confirm it at the broker (POST /api/v1/agents/ID/confirm-deletion), or put back what is missing there")]
    public static partial void HeldAsOlder(ILogger logger, int count, long number, long last);

    [LoggerMessage(EventId = 2509, Level = LogLevel.Information, Message = "{Name}: took over {Count} objects of its predecessor")]
    public static partial void TakenOver(ILogger logger, string name, int count);

    [LoggerMessage(EventId = 2510, Level = LogLevel.Warning,
        Message = "Nothing is taken over of agent.deployment.predecessor: the agent may not read the namespace kube-system, by which it would know "
            + "that both are in the same cluster")]
    public static partial void ClusterUnknown(ILogger logger);

    [LoggerMessage(EventId = 2508, Level = LogLevel.Information, Message = "Deletions are held back no longer")]
    public static partial void Released(ILogger logger);
}
