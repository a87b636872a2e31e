using Google.Protobuf.WellKnownTypes;
using LinqToDB.Mapping;

namespace Brokkr.Broker.Fleet;

/// <summary>A row of <c>stacks</c>.</summary>
internal sealed class StackRow
{
    [Column("id")]
    public required Guid Id { get; set; }

    [Column("name")]
    public required string Name { get; set; }

    [Column("created_at")]
    public required DateTimeOffset CreatedAt { get; set; }

    public Wire.Stack ToWire() => new() { Id = Id.ToString(), Name = Name, CreatedAt = CreatedAt.ToTimestamp() };
}
