using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>
/// Reads Kubernetes' JSON into the small shapes of this folder: everything not named there is skipped while it streams by.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = MaxDepth)]
[JsonSerializable(typeof(KubeObject))]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(Workload))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(KubeEvent))]
[JsonSerializable(typeof(ProjectedObject))]
[JsonSerializable(typeof(ListMeta))]
[JsonSerializable(typeof(List<Condition>))]
internal sealed partial class ClusterJson : JsonSerializerContext
{
    /// <summary>As deep as an API server reads: a custom resource that nests deeper than others must not hide its whole kind.</summary>
    public const int MaxDepth = 10_000;

    /// <summary>The same shapes, keeping the selected fields of objects whose kind has none of its own.</summary>
    public static ClusterJson Selecting(FieldSelection fields) =>
        new(new JsonSerializerOptions(Default.Options) { Converters = { new ProjectedObjectConverter(fields) } });
}

/// <summary>What a list says of itself.</summary>
internal sealed class ListMeta
{
    public string? ResourceVersion { get; set; }
    public string? Continue { get; set; }
}
