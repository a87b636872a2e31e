using System.Buffers;
using System.Globalization;
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
        return Escape(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static string Escape(string json)
    {
        var text = new StringBuilder(json.Length);
        foreach (var c in json)
        {
            var isHidden = c >= 0x7f && char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator && c != '\n';
            if (isHidden)
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                text.Append(c);
        }

        return text.ToString();
    }
}
