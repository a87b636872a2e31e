using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>What is kept of an EndpointSlice: of which Service it is, and how many of its endpoints are ready.</summary>
internal sealed class EndpointSlice : KubeObject
{
    private const string ServiceLabel = "\nkubernetes.io/service-name=";

    [JsonPropertyName("endpoints")]
    [JsonConverter(typeof(ReadyEndpointsConverter))]
    public int ReadyEndpoints { get; set; }

    /// <summary>The Service; null where the slice is of none.</summary>
    [JsonIgnore]
    public ResourceId? Service
    {
        get
        {
            if (Metadata.Labels is not { } labels || labels.IndexOf(ServiceLabel, StringComparison.Ordinal) is not (>= 0 and var at))
                return null;
            var begin = at + ServiceLabel.Length;
            return new("", "Service", Metadata.Namespace ?? "", labels[begin..labels.IndexOf('\n', begin)]);
        }
    }
}

/// <summary>Counts the endpoints of a list that are ready; one that does not say is.</summary>
internal sealed class ReadyEndpointsConverter : JsonConverter<int>
{
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var ready = 0;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.TrySkip();
            return ready;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            using var endpoint = JsonDocument.ParseValue(ref reader);
            if (!endpoint.RootElement.At("conditions.ready").Any(r => r.ValueKind == JsonValueKind.False))
                ready++;
        }

        return ready;
    }

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Objects of the cluster are read, never written.");
}
