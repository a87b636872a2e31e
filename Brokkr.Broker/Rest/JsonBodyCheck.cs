using System.Text.Json;
using System.Text.Unicode;
using Brokkr.Contracts;
using Google.Protobuf.Reflection;

namespace Brokkr.Broker.Rest;

/// <summary>
/// Checks a JSON body against the message that it is to become, so that a misspelt field or word is an error with its path and not silently
/// something else. Pure.
/// </summary>
internal static class JsonBodyCheck
{
    private const int MaxDepth = 32;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <exception cref="ApiError">The body is not JSON, or not the message; names the JSON path.</exception>
    public static void Require(ReadOnlyMemory<byte> body, MessageDescriptor message, RouteValueDictionary path)
    {
        if (!Utf8.IsValid(body.Span))
            throw Malformed("$", "the body is not valid UTF-8");
        using var json = Parse(body);
        RequireMessage(json.RootElement, message, "$");
        foreach (var (name, value) in path)
        {
            if (json.RootElement.TryGetProperty(name, out var field) && field.ValueKind != JsonValueKind.Null
                && field.GetString() != value as string)
                throw Malformed($"$.{name}", "differs from the path: leave it out of the body");
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, Strict);
        }
        catch (JsonException e)
        {
            throw Errors.Malformed(
                "malformed_json",
                $"The body is not JSON as it should be: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}; it may nest {MaxDepth} "
                + "levels at most and holds no comments.");
        }
    }

    private static void RequireMessage(JsonElement element, MessageDescriptor message, string path)
    {
        if (WellKnownJson.TryRequire(element, message, path))
            return;
        if (element.ValueKind != JsonValueKind.Object)
            throw Malformed(path, "must be a JSON object");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            var name = TextOf(() => property.Name, path);
            var field = message.FindFieldByName(name)
                ?? throw Malformed(path,
                $"has no field {Shown(name)}; {Allowed(name, message.Fields.InDeclarationOrder().Select(f => f.Name))}");
            if (!seen.Add(name))
                throw Malformed($"{path}.{name}", "is there twice");
            if (property.Value.ValueKind != JsonValueKind.Null)
                RequireField(property.Value, field, $"{path}.{name}");
        }
    }

    private static void RequireField(JsonElement element, FieldDescriptor field, string path)
    {
        if (field.IsMap)
        {
            if (element.ValueKind != JsonValueKind.Object)
                throw Malformed(path, "must be a JSON object");
            var keys = new HashSet<string>(StringComparer.Ordinal);
            foreach (var entry in element.EnumerateObject())
            {
                var key = TextOf(() => entry.Name, path);
                if (!keys.Add(key))
                    throw Malformed(path, $"has the key {Shown(key)} twice");
                RequireSingle(entry.Value, field.MessageType.FindFieldByNumber(2), $"{path}.{Shown(key)}");
            }
        }
        else if (field.IsRepeated)
        {
            if (element.ValueKind != JsonValueKind.Array)
                throw Malformed(path, "must be a JSON array");
            if (element.GetArrayLength() > Limits.RepeatedItems)
                throw Malformed(path, $"holds more than {Limits.RepeatedItems} items: send fewer at once");
            var index = 0;
            foreach (var item in element.EnumerateArray())
                RequireSingle(item, field, $"{path}[{index++}]");
        }
        else
        {
            RequireSingle(element, field, path);
        }
    }

    private static void RequireSingle(JsonElement element, FieldDescriptor field, string path)
    {
        switch (field.FieldType)
        {
            case FieldType.Message:
                RequireMessage(element, field.MessageType, path);
                break;
            case FieldType.Enum:
                RequireWord(element, field.EnumType, path);
                break;
            case FieldType.String:
                RequireText(element, path);
                break;
            case FieldType.Bool when element.ValueKind is not (JsonValueKind.True or JsonValueKind.False):
                throw Malformed(path, "must be true or false");
            case FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 when element.ValueKind != JsonValueKind.Number
                || !element.TryGetInt32(out _):
                throw Malformed(path, $"must be a whole number between {int.MinValue} and {int.MaxValue}");
            case FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 when element.ValueKind != JsonValueKind.Number
                || !element.TryGetInt64(out _):
                throw Malformed(path, "must be a whole number of 64 bits");
            default:
                break;
        }
    }

    private static void RequireWord(JsonElement element, EnumDescriptor words, string path)
    {
        var given = element.ValueKind == JsonValueKind.String ? RequireText(element, path) : null;
        if (given is null || words.FindValueByName(given) is null)
            throw Malformed(path,
                $"must be one of {string.Join(", ", words.Values.Where(v => v.Number != 0).Select(v => $"\"{v.Name}\""))}");
    }

    internal static string RequireText(JsonElement element, string path) => element.ValueKind == JsonValueKind.String
        ? TextOf(() => element.GetString()!, path)
        : throw Malformed(path, "must be a string");

    internal static ApiError Malformed(string path, string message) => Errors.Malformed("invalid_field", $"{path} {message}.");

    /// <summary>The reader refuses lone surrogates only when a text is taken out.</summary>
    private static string TextOf(Func<string> read, string path)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw Malformed(path, "holds half of a surrogate pair");
        }
    }

    internal static string Allowed(string given, IEnumerable<string> names)
    {
        var known = names.ToList();
        var near = known.Find(n =>
            string.Equals(n.Replace("_", "", StringComparison.Ordinal), given.Replace("_", "", StringComparison.Ordinal),
            StringComparison.OrdinalIgnoreCase))
            ?? known.Find(n =>
            n.Length > 3 && (n.StartsWith(given, StringComparison.Ordinal) || given.StartsWith(n[..^1], StringComparison.Ordinal)));
        return near is null ? $"the fields are {string.Join(", ", known)}" : $"did you mean {near}";
    }

    internal static string Shown(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/')
            ? name
            : "of that name";
}
