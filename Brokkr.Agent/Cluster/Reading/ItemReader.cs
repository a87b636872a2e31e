using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Contracts.Text;

namespace Brokkr.Agent.Cluster.Reading;

/// <summary>
/// Reads the objects of one kind from lists and watches. One that is not as its kind is written is known by its metadata alone, with
/// what is wrong, so that it costs no other.
/// </summary>
/// <param name="kind">The kind, which items of a list do not name.</param>
/// <param name="json">How they are read.</param>
internal sealed class ItemReader(ServedKind kind, JsonTypeInfo json)
{
    /// <param name="reader">Stands at the beginning of the object, and all of it is there; stands at its end afterwards.</param>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public KubeObject Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("an object was expected");
        var again = reader;
        KubeObject item;
        try
        {
            item = (KubeObject)JsonSerializer.Deserialize(ref reader, json)!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            item = MetadataOf(ref again, e.Message);
            reader = again;
        }

        (item.Kind, item.ApiVersion) = (kind.Kind, kind.ApiVersion);
        return item;
    }

    private static KubeObject MetadataOf(ref Utf8JsonReader reader, string why)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        document.RootElement.TryGetProperty("metadata", out var metadata);
        return new() { Metadata = Whole(metadata) ?? Named(metadata), Unread = ShortText.Message(why) };
    }

    private static ObjectMeta? Whole(JsonElement metadata)
    {
        try
        {
            return metadata.ValueKind == JsonValueKind.Object ? metadata.Deserialize(ClusterJson.Default.ObjectMeta) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ObjectMeta Named(JsonElement metadata)
    {
        return new()
        {
            Name = Text("name") ?? "",
            Namespace = Text("namespace"),
            Uid = Text("uid") ?? "",
            ResourceVersion = Text("resourceVersion"),
        };

        string? Text(string name) => metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
    }
}
