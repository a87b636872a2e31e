using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Brokkr.Cli.Terminal;

/// <summary>An answer as JSON, indented; what could steer a terminal or hide a text is written as an escape, which reads as the same.
/// Pure.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(JsonNode answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
            answer.WriteTo(writer);
        return HiddenText.Escape(Encoding.UTF8.GetString(buffer.WrittenSpan), pair => $"\\u{(int)pair[0]:x4}\\u{(int)pair[1]:x4}");
    }
}
