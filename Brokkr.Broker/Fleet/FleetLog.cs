namespace Brokkr.Broker.Fleet;

/// <summary>What Fleet logs. Event ids 1300-1399.</summary>
internal static partial class FleetLog
{
    [LoggerMessage(EventId = 1300, Level = LogLevel.Warning,
        Message = "The agent {AgentId} holds back the deletion of {Count} objects for target state {Number}: look at what it is to run, then "
            + "POST /api/v1/agents/{AgentId}/confirm-deletion, or put back what is missing")]
    public static partial void DeletionHeld(ILogger logger, Guid agentId, int count, long number);
}
