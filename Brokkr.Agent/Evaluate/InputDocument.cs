using System.Text.Json;

namespace Brokkr.Agent.Evaluate;

/// <summary>One object of the input, as JSON.</summary>
/// <param name="Json">Its text; only good until the next object is read.</param>
/// <param name="Number">Which document of the input holds it, from 1.</param>
/// <param name="Line">The line where it begins, from 1.</param>
/// <param name="List">The list that it is an item of; null for an object of its own.</param>
internal readonly record struct InputDocument(ReadOnlyMemory<byte> Json, int Number, long Line, ListHead? List);

/// <summary>What a list says of its items, before them.</summary>
internal sealed record ListHead(string ApiVersion, string Kind)
{
    /// <summary>Whether a mapping with these fields and <c>items</c> is a list: kubectl writes its kind behind the items.</summary>
    public static bool Is(string kind) => kind.Length == 0 || kind.EndsWith("List", StringComparison.Ordinal);

    /// <summary>Whether an object is a list as a whole: an empty one, or one that is an item of another.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> json)
    {
        var (isList, hasItems, isBare) = (false, false, false);
        var reader = new Utf8JsonReader(json, new() { MaxDepth = InputReader.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isItems, isKind) = (reader.ValueTextEquals("items"u8), reader.ValueTextEquals("kind"u8));
            reader.Read();
            if (isItems)
                hasItems = reader.TokenType is JsonTokenType.StartArray or JsonTokenType.Null;
            if (isKind && reader.TokenType == JsonTokenType.String)
                (isBare, isList) = (reader.ValueTextEquals("List"u8), reader.GetString()!.EndsWith("List", StringComparison.Ordinal));
            reader.Skip();
        }

        return isBare || (isList && hasItems);
    }
}

/// <summary>What must be known of an object before it can be read into its shape.</summary>
/// <param name="ApiVersion">Empty where it says none.</param>
/// <param name="Kind">Empty where it says none.</param>
/// <param name="NewestTime">The newest value that is a time and nothing else, outside annotations.</param>
internal sealed record DocumentHead(string ApiVersion, string Kind, DateTimeOffset? NewestTime)
{
    private const int ShortestTime = 20;
    private const int LongestTime = 40;

    public static DocumentHead Of(ReadOnlySpan<byte> json)
    {
        var (apiVersion, kind, newest) = ("", "", default(DateTimeOffset?));
        var reader = new Utf8JsonReader(json, new() { MaxDepth = InputReader.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                var isTop = reader.CurrentDepth == 1;
                if (reader.ValueTextEquals("annotations"u8))
                    reader.Skip();
                else if (isTop && reader.ValueTextEquals("apiVersion"u8))
                    apiVersion = TextAfter(ref reader);
                else if (isTop && reader.ValueTextEquals("kind"u8))
                    kind = TextAfter(ref reader);
            }
            else if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length is >= ShortestTime and <= LongestTime
                && reader.ValueSpan[10] == (byte)'T' && reader.TryGetDateTimeOffset(out var time) && !(time <= newest))
            {
                newest = time;
            }
        }

        return new(apiVersion, kind, newest);
    }

    private static string TextAfter(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString()!;
        reader.Skip();
        return "";
    }
}

/// <summary>Why the input cannot be read, and where.</summary>
internal sealed class InputException(string message) : Exception(message)
{
    public InputException(int document, long line, string reason) : this($"document {document}, line {line}: {reason}")
    {
    }
}
