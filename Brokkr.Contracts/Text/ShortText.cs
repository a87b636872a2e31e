using System.Text;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Makes text from the cluster fit for a report: cleaned, one line, bounded in bytes, so that a full report stays below what the broker takes
/// whatever the script. Pure.
/// </summary>
public static class ShortText
{
    /// <summary>The mark of a cut text has two bytes more than characters.</summary>
    private const int MarkBytes = 2;

    /// <summary>A termination message may quote the container's log, so secrets go first.</summary>
    public static string Message(string text) => Clean(Redactor.Redact(TextCleaner.Clean(text.ReplaceLineEndings(" ")), new Dictionary<string, int>()), Limits.MessageLength);

    public static string Name(string text) => Clean(text, Limits.NameLength);

    private static string Clean(string text, int maxBytes)
    {
        var clean = TextCleaner.Clean(text.ReplaceLineEndings(" "), maxBytes);
        return Encoding.UTF8.GetByteCount(clean) <= maxBytes ? clean : TextCleaner.Clean(clean, CharactersWithin(clean, maxBytes - MarkBytes));
    }

    private static int CharactersWithin(string text, int maxBytes)
    {
        var (characters, bytes) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
                break;
            characters += rune.Utf16SequenceLength;
        }

        return characters;
    }
}
