using System.Text;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Makes text from the cluster fit for a report: cleaned, one line, bounded in bytes, so that a full report stays below what the broker
/// takes whatever the script. Pure.
/// </summary>
public static class ShortText
{
    /// <summary>The mark of a cut text has two bytes more than characters.</summary>
    private const int MarkBytes = 2;

    /// <summary>
    /// A termination message may quote the container's log, so secrets go first, while lines are still lines: a key has several.
    /// </summary>
    public static string Message(string text) => Message(text, new RedactionBudget());

    /// <summary>The same within the budget of a report.</summary>
    public static string Message(string text, RedactionBudget budget) => Clean(Redacted(text, budget), Limits.MessageLength);

    public static string Name(string text) => Clean(text, Limits.NameLength);

    /// <summary>All lines, cleaned and redacted, before anything is joined or cut.</summary>
    internal static string Redacted(string text, RedactionBudget budget, int most = Limits.RedactedLineLength)
    {
        var given = text.Length <= most ? text : text[..most];
        var clean = string.Join('\n', given.ReplaceLineEndings("\n").Split('\n').Select(l => TextCleaner.Clean(l)));
        if (given.Length == text.Length)
            return Redactor.Redact(clean, budget);
        // Nobody sees what is so far behind the bound of a message; the word that this splits goes as well.
        budget.Count(RedactionRules.Withheld);
        return $"{Redactor.Redact(clean[..Redactor.BoundWithin(clean, clean.Length)], budget)}{Redactor.MarkOf(RedactionRules.Withheld)}";
    }

    private static string Clean(string text, int maxBytes)
    {
        var clean = TextCleaner.Clean(text.ReplaceLineEndings(" "), maxBytes);
        return Encoding.UTF8.GetByteCount(clean) <= maxBytes
            ? clean
            : TextCleaner.Clean(clean, CharactersWithin(clean, maxBytes - MarkBytes));
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
