using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>Reads the status of a condition, of which there are many; some controllers write a boolean in place of the word.</summary>
internal sealed class ConditionStatusConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => "True",
        JsonTokenType.False => "False",
        JsonTokenType.String => reader.ValueTextEquals("True") ? "True" : reader.ValueTextEquals("False") ? "False" : reader.GetString()!,
        _ => throw new JsonException("the status of a condition must be True, False or Unknown"),
    };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
