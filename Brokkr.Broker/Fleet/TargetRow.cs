using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Fleet;

/// <summary>A row of <c>agent_targets</c> with the stack's name.</summary>
internal sealed class TargetRow
{
    public required Guid AgentId { get; set; }

    public required Guid StackId { get; set; }

    public required string StackName { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public Wire.Target ToWire() => new()
    {
        AgentId = AgentId.ToString(),
        StackId = StackId.ToString(),
        StackName = StackName,
        CreatedAt = CreatedAt.ToTimestamp(),
    };
}
