using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>Reads a time; some controllers write it in a form of their own, and one that nobody understands is none.</summary>
internal sealed class LenientTimeConverter : JsonConverter<DateTimeOffset?>
{
    private const long LastYearInMilliseconds = 253_402_300_800_000;

    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.TrySkip();
            return null;
        }

        return reader.TryGetDateTimeOffset(out var time) ? time : Parse(reader.GetString());
    }

    /// <summary>The time that a text says, or a number of milliseconds since 1970; null for none.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? milliseconds < LastYearInMilliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options) =>
        writer.WriteStringValue($"{value:O}");
}
