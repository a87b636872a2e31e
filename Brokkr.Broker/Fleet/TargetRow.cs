using Google.Protobuf.WellKnownTypes;
using LinqToDB.Mapping;

namespace Brokkr.Broker.Fleet;

/// <summary>A row of <c>agent_targets</c> with the stack's name.</summary>
internal sealed class TargetRow
{
    [Column("agent_id")]
    public required Guid AgentId { get; set; }

    [Column("stack_id")]
    public required Guid StackId { get; set; }

    [Column("stack_name")]
    public required string StackName { get; set; }

    [Column("created_at")]
    public required DateTimeOffset CreatedAt { get; set; }

    public Wire.Target ToWire() => new()
    {
        AgentId = AgentId.ToString(),
        StackId = StackId.ToString(),
        StackName = StackName,
        CreatedAt = CreatedAt.ToTimestamp(),
    };
}
