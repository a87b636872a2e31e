using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;

namespace Brokkr.Broker.Rest;

/// <summary>The JSON of messages that are no JSON objects of their own fields. Pure.</summary>
internal static partial class WellKnownJson
{
    private const string Mask = "google.protobuf.FieldMask";

    public const string TimeShape = "a time as RFC 3339 writes it, such as \"2026-01-15T10:30:00Z\"";

    /// <summary>False where the message is an ordinary one.</summary>
    public static bool TryRequire(JsonElement element, MessageDescriptor message, string path)
    {
        switch (message.FullName)
        {
            case "google.protobuf.Timestamp":
                RequireTime(element, path);
                return true;
            case Mask:
                RequireMask(element, path);
                return true;
            case "google.protobuf.ListValue" when element.ValueKind == JsonValueKind.Array:
                RequireTexts(element, path);
                return true;
            case "google.protobuf.ListValue":
                throw JsonBodyCheck.Malformed(path, "must be a JSON array");
            default:
                return false;
        }
    }

    /// <summary>
    /// The body as the framework reads it: it takes the names of a mask in camel case only, while everywhere else fields are called as the
    /// contracts call them.
    /// </summary>
    public static byte[] WithMaskInCamelCase(byte[] body, MessageDescriptor message)
    {
        var mask = message.Fields.InDeclarationOrder()
            .FirstOrDefault(f => f is { FieldType: FieldType.Message, MessageType.FullName: Mask });
        if (mask is null || JsonNode.Parse(body)!.AsObject() is not { } json || json[mask.Name] is not { } names)
            return body;
        json[mask.Name] = Underscore().Replace(names.GetValue<string>(), m => m.Groups["next"].Value.ToUpperInvariant());
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    private static void RequireMask(JsonElement element, string path)
    {
        if (JsonBodyCheck.RequireText(element, path) is { Length: > 0 } names && !Names().IsMatch(names))
            throw JsonBodyCheck.Malformed(path, "must name fields, with commas between them, such as \"hold_failing_seconds,stack_ids\"");
    }

    private static void RequireTime(JsonElement element, string path)
    {
        if (!IsTime(JsonBodyCheck.RequireText(element, path)))
            throw JsonBodyCheck.Malformed(path, $"must be {TimeShape}");
    }

    public static bool IsTime(string text) =>
        Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    /// <summary>The contracts use lists for lines of text only.</summary>
    private static void RequireTexts(JsonElement list, string path)
    {
        var index = 0;
        foreach (var item in list.EnumerateArray())
            JsonBodyCheck.RequireText(item, $"{path}[{index++}]");
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();

    [GeneratedRegex(@"^[a-z][a-zA-Z0-9]*([_.,][a-z][a-zA-Z0-9]*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Names();

    [GeneratedRegex("_(?<next>.)", RegexOptions.CultureInvariant)]
    private static partial Regex Underscore();
}
