using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Brokkr.DemoCluster.Api.Json;

/// <summary>How JSON is read and written here: deep enough for any schema, without needless escapes.</summary>
internal static class ApiJson
{
    private const int MaxDepth = 256;

    public static readonly JsonDocumentOptions Reading = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    public static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth };

    private static readonly JsonWriterOptions Indented = Compact with { Indented = true, NewLine = "\n" };

    public static byte[] Bytes(JsonNode node) => Write(Compact, writer => node.WriteTo(writer));

    public static byte[] Bytes(Action<Utf8JsonWriter> write) => Write(Compact, write);

    /// <summary>The form that an API server gives to curl and browsers.</summary>
    public static byte[] Indent(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, Reading);
        return Write(Indented, writer => document.WriteTo(writer));
    }

    /// <summary>The object in the text, or null when it is none.</summary>
    public static JsonNode? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: Reading);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static JsonObject Parse(ReadOnlySpan<byte> json) => JsonNode.Parse(json, documentOptions: Reading)!.AsObject();

    private static byte[] Write(JsonWriterOptions options, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, options))
            write(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
