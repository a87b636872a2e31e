using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Fleet;

/// <summary>A row of <c>stacks</c>.</summary>
internal sealed class StackRow
{
    public required Guid Id { get; set; }

    public required string Name { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public Wire.Stack ToWire() => new() { Id = Id.ToString(), Name = Name, CreatedAt = CreatedAt.ToTimestamp() };
}
