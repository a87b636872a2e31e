namespace Brokkr.DemoCluster.Api;

/// <summary>What the stand-in API server logs. Event ids 3000-3099; never reuse one.</summary>
internal static partial class DemoClusterLog
{
    [LoggerMessage(EventId = 3000, Level = LogLevel.Information,
        Message = "Serving {Objects} recorded objects; the newest moment lies {Age} minutes back")]
    public static partial void Serving(ILogger logger, int objects, double age);
}
