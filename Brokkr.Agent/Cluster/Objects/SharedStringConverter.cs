using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommunityToolkit.HighPerformance.Buffers;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>
/// Reads a string that many objects repeat (a namespace, an image, a reason) and keeps one copy of it. What is rarely used is forgotten.
/// </summary>
internal sealed class SharedStringConverter : JsonConverter<string>
{
    private static readonly StringPool Pool = new(8192);

    public static string Share(ReadOnlySpan<char> text) => Pool.GetOrAdd(text);

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && !reader.HasValueSequence && !reader.ValueIsEscaped)
            return Pool.GetOrAdd(reader.ValueSpan, Encoding.UTF8);
        return reader.GetString() is { } text ? Pool.GetOrAdd(text) : null;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Objects of the cluster are read, never written.");
}
