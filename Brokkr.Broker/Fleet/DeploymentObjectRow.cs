using Brokkr.Broker.Rest;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Fleet;

/// <summary>A row of <c>deployment_objects</c>.</summary>
internal sealed class DeploymentObjectRow
{
    public required Guid Id { get; set; }

    public required Guid StackId { get; set; }

    public required string Name { get; set; }

    public required int Revision { get; set; }

    /// <summary>Null where the query left it out.</summary>
    public string? Yaml { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? SupersededAt { get; set; }

    /// <summary>Name of the key with which it was submitted; empty where that is not known, null where the query left it out.</summary>
    public string? CreatedBy { get; set; }

    /// <summary>Set where the query joins the stack.</summary>
    public string? StackName { get; set; }

    /// <summary>The manifests, where the query did not leave them out.</summary>
    /// <exception cref="ApiError">Those of a superseded revision were let go of.</exception>
    public string RequireManifests() => SupersededAt is null || Yaml is not { Length: 0 } ? Yaml ?? "" : throw Errors.Precondition(
        "manifests_not_kept",
        $"The manifests of revision {Revision} of {Name} are kept no more: broker.fleet.revisions_kept says of how many they are.");

    public Wire.DeploymentObject ToWire() => new()
    {
        Id = Id.ToString(),
        StackId = StackId.ToString(),
        Name = Name,
        Revision = Revision,
        Yaml = Yaml ?? "",
        CreatedAt = CreatedAt.ToTimestamp(),
        SupersededAt = SupersededAt?.ToTimestamp(),
        CreatedBy = CreatedBy ?? "",
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
