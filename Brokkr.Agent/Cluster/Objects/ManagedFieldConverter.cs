using System.Buffers;
using System.IO.Hashing;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>
/// Reads an entry of <c>managedFields</c>: which fields it is about counts for this agent's own only, and then as a digest.
/// </summary>
internal sealed class ManagedFieldConverter : JsonConverter<ManagedField>
{
    public override ManagedField Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var entry = new ManagedField();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.TrySkip();
            return entry;
        }

        // The API server writes the manager first, the fields behind the rest, and the subresource last.
        var (isOwn, isApply) = (false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("manager"u8))
                isOwn = ReadsText(ref reader, out var manager) && manager == ManagedField.OwnManager;
            else if (reader.ValueTextEquals("operation"u8))
                isApply = ReadsText(ref reader, out var operation) && operation == "Apply";
            else if (reader.ValueTextEquals("subresource"u8))
                entry.Subresource = ReadsText(ref reader, out var part) ? SharedStringConverter.Share(part) : null;
            else if (reader.ValueTextEquals("time"u8))
                entry.Time = reader.Read() && reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var at)
                    ? at
                    : null;
            else if (reader.ValueTextEquals("fieldsV1"u8) && isOwn && isApply && reader.Read())
                entry.AppliedFields = DigestOf(ref reader);
            else if (reader.TokenType == JsonTokenType.PropertyName)
                reader.TrySkip();
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                reader.TrySkip();
        }

        if (entry.Subresource is not null)
            entry.AppliedFields = null;
        return entry;
    }

    public override void Write(Utf8JsonWriter writer, ManagedField value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Objects of the cluster are read, never written.");

    private static bool ReadsText(ref Utf8JsonReader reader, out string text)
    {
        text = reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        return text.Length > 0;
    }

    private static ulong DigestOf(ref Utf8JsonReader reader)
    {
        var digest = new XxHash3();
        var depth = reader.CurrentDepth;
        do
        {
            digest.Append([(byte)reader.TokenType]);
            digest.Append(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
        }
        while (!IsEnd(ref reader, depth) && reader.Read());
        return digest.GetCurrentHashAsUInt64();
    }

    private static bool IsEnd(ref Utf8JsonReader reader, int depth) => reader.CurrentDepth == depth
        && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
}
