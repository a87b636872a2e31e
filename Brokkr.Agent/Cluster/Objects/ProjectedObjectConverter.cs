using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>Reads an object of any kind and keeps its metadata and the selected fields.</summary>
internal sealed class ProjectedObjectConverter(FieldSelection selection) : JsonConverter<ProjectedObject>
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    public override ProjectedObject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("an object was expected");
        var (apiVersion, kind, metadata) = ("", "", new ObjectMeta());
        _buffer ??= new();
        _buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_buffer))
        {
            writer.WriteStartObject();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                switch (name)
                {
                    case "apiVersion":
                        apiVersion = reader.GetString() ?? "";
                        break;
                    case "kind":
                        kind = reader.GetString() ?? "";
                        break;
                    case "metadata":
                        var again = reader;
                        metadata = JsonSerializer.Deserialize(ref reader, ClusterJson.Default.ObjectMeta) ?? new();
                        Keep(name, ref again, writer);
                        break;
                    default:
                        Keep(name, ref reader, writer);
                        break;
                }
            }

            writer.WriteEndObject();
        }

        var kept = new Utf8JsonReader(_buffer.WrittenSpan);
        return new() { ApiVersion = apiVersion, Kind = kind, Metadata = metadata, Fields = JsonElement.ParseValue(ref kept) };
    }

    public override void Write(Utf8JsonWriter writer, ProjectedObject value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Objects of the cluster are read, never written.");

    private void Keep(string name, ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        if (selection.Of(name) is not { } child)
        {
            reader.TrySkip();
            return;
        }

        writer.WritePropertyName(name);
        child.Copy(ref reader, writer);
    }
}
