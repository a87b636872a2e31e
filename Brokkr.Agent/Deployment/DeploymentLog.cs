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
        Message = "Nothing is deleted: target state {Number} would take away {Count} objects, most of what is applied. Confirm it at "
            + "the broker "
            + "(POST /api/v1/agents/ID/confirm-deletion), or put back what is missing there")]
    public static partial void HeldAsMost(ILogger logger, int count, long number);

    [LoggerMessage(EventId = 2507, Level = LogLevel.Warning,
        Message = "Nothing is deleted: target state {Number}, which would take away {Count} objects, is older than {Last}, as after a "
            + "restored "
            + "backup. Confirm it at the broker (POST /api/v1/agents/ID/confirm-deletion), or put back what is missing there")]
    public static partial void HeldAsOlder(ILogger logger, int count, long number, long last);

    [LoggerMessage(EventId = 2509, Level = LogLevel.Information, Message = "{Name}: took over {Count} objects of its predecessor")]
    public static partial void TakenOver(ILogger logger, string name, int count);

    [LoggerMessage(EventId = 2510, Level = LogLevel.Warning,
        Message = "Nothing is taken over of agent.deployment.predecessor: the agent may not read the namespace kube-system, by which "
            + "it would know "
            + "that both are in the same cluster")]
    public static partial void ClusterUnknown(ILogger logger);

    [LoggerMessage(EventId = 2511, Level = LogLevel.Warning,
        Message = "Nothing is deleted: what the broker says would take away {Count} objects, most of what is applied. It is of a "
            + "version that "
            + "knows no confirmation: put back what is missing there, or set agent.deployment.mass_delete_minutes")]
    public static partial void HeldWithoutNumber(ILogger logger, int count);

    [LoggerMessage(EventId = 2512, Level = LogLevel.Warning,
        Message = "{Count} lists of the predecessor are not taken over: they do not say that they were written in this cluster. Where "
            + "they were, "
            + "annotate these ConfigMaps with {Annotation}: \"{Cluster}\"")]
    public static partial void NotTakenOver(ILogger logger, int count, string annotation, string cluster);

    [LoggerMessage(EventId = 2513, Level = LogLevel.Error, Message = "A pass failed; the next one runs as planned")]
    public static partial void PassFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2508, Level = LogLevel.Information, Message = "Deletions are held back no longer")]
    public static partial void Released(ILogger logger);
}
