using Brokkr.Agent.Broker;

namespace Brokkr.Agent.Deployment;

/// <summary>Knows for whom something was applied: what a predecessor's marks say counts for this agent.</summary>
internal sealed class Succession(ConnectionOptions connection, DeploymentOptions options)
{
    /// <summary>The agent whose place this one takes; null where it takes none.</summary>
    public string? Predecessor => options.Predecessor.Length > 0
        && !options.Predecessor.Equals(connection.AgentId, StringComparison.OrdinalIgnoreCase) ? options.Predecessor : null;

    /// <summary>Null where the mark is none of ours.</summary>
    public DeploymentOwner? OwnerOf(string? mark) => DeploymentOwner.Parse(mark ?? "") is not { } owner ? null
        : owner.AgentId == Predecessor ? owner with { AgentId = connection.AgentId } : owner;
}
