using Google.Protobuf.WellKnownTypes;
using LinqToDB.Mapping;

namespace Brokkr.Broker.Fleet;

/// <summary>A row of <c>deployment_objects</c>.</summary>
internal sealed class DeploymentObjectRow
{
    [Column("id")]
    public required Guid Id { get; set; }

    [Column("stack_id")]
    public required Guid StackId { get; set; }

    [Column("name")]
    public required string Name { get; set; }

    [Column("revision")]
    public required int Revision { get; set; }

    /// <summary>Null where the query left it out.</summary>
    [Column("yaml")]
    public string? Yaml { get; set; }

    [Column("created_at")]
    public required DateTimeOffset CreatedAt { get; set; }

    [Column("superseded_at")]
    public DateTimeOffset? SupersededAt { get; set; }

    /// <summary>Set where the query joins the stack.</summary>
    [Column("stack_name")]
    public string? StackName { get; set; }

    public Wire.DeploymentObject ToWire() => new()
    {
        Id = Id.ToString(),
        StackId = StackId.ToString(),
        Name = Name,
        Revision = Revision,
        Yaml = Yaml ?? "",
        CreatedAt = CreatedAt.ToTimestamp(),
        SupersededAt = SupersededAt?.ToTimestamp(),
    };

    public Wire.TargetObject ToTarget() => new()
    {
        Id = Id.ToString(),
        StackId = StackId.ToString(),
        StackName = StackName,
        Name = Name,
        Revision = Revision,
        Yaml = Yaml,
        CreatedAt = CreatedAt.ToTimestamp(),
    };
}
