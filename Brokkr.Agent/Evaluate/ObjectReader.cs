using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Kinds;

namespace Brokkr.Agent.Evaluate;

/// <summary>Reads single objects of any kind, each into the shape that its kind is kept in.</summary>
internal sealed class ObjectReader(KindTable kinds)
{
    private readonly Dictionary<KindId, ClusterJson> _selecting = [];

    /// <exception cref="JsonException">A field is not as Kubernetes writes it.</exception>
    public KubeObject Read(ReadOnlySpan<byte> json, string apiVersion, string kind)
    {
        var id = new KindId(ResourceId.GroupOf(apiVersion), kind);
        KubeObject? found = kinds.For(id).Shape switch
        {
            KindShape.Pod => JsonSerializer.Deserialize(json, ClusterJson.Default.Pod),
            KindShape.Workload => JsonSerializer.Deserialize(json, ClusterJson.Default.Workload),
            KindShape.Node => JsonSerializer.Deserialize(json, ClusterJson.Default.Node),
            KindShape.EndpointSlice => JsonSerializer.Deserialize(json, ClusterJson.Default.EndpointSlice),
            KindShape.Event => JsonSerializer.Deserialize(json, ClusterJson.Default.KubeEvent),
            KindShape.Projected => JsonSerializer.Deserialize(json, Selecting(id).ProjectedObject),
            _ => JsonSerializer.Deserialize(json, ClusterJson.Default.KubeObject),
        };
        (found!.ApiVersion, found.Kind) = (apiVersion, kind);
        return found;
    }

    private ClusterJson Selecting(KindId id) =>
        _selecting.TryGetValue(id, out var known) ? known : _selecting[id] = kinds.JsonOf(id);
}
