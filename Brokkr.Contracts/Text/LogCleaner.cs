using System.Text;

namespace Brokkr.Contracts.Text;

/// <summary>Turns the tail of a log into lines that are safe to send, store and show. Pure.</summary>
public static class LogCleaner
{
    /// <summary>Decodes, cleans each line, redacts across lines and keeps the newest that fit.</summary>
    /// <param name="bytes">The log as the API server gave it; anything that is not UTF-8 is replaced.</param>
    /// <param name="maxLines">The most lines to keep.</param>
    /// <param name="counts">Gets what was redacted, by rule.</param>
    public static CleanLog Clean(ReadOnlySpan<byte> bytes, int maxLines, IDictionary<string, int> counts) =>
        Clean(bytes, maxLines, new RedactionBudget(counts));

    /// <summary>The same within the budget of a result.</summary>
    public static CleanLog Clean(ReadOnlySpan<byte> bytes, int maxLines, RedactionBudget budget)
    {
        if (bytes.Length == 0)
            return new([], 0);
        var text = Encoding.UTF8.GetString(bytes);
        return Clean(text.EndsWith('\n') ? text[..^1].Split('\n') : text.Split('\n'), maxLines, budget);
    }

    /// <summary>The same for lines that were split before.</summary>
    public static CleanLog Clean(IEnumerable<string> lines, int maxLines, IDictionary<string, int> counts) =>
        Clean(lines, maxLines, new RedactionBudget(counts));

    /// <summary>The same for lines that were split before, within the budget of a result.</summary>
    public static CleanLog Clean(IEnumerable<string> lines, int maxLines, RedactionBudget budget)
    {
        // First of all what hides a secret goes, last of all what is too long: a secret that the cut splits is whole when it is looked for.
        var given = lines.Select(l => Shortened(TextCleaner.Clean(l.TrimEnd('\r')), budget)).ToList();
        if (given.Count == 0)
            return new([], 0);
        // The newest are what is looked at; a value of more than one line may begin in a line that is not kept.
        var (first, length) = (given.Count, 0);
        while (first > 0 && length + given[first - 1].Length + 1 <= Limits.RedactedTextLength)
            length += given[--first].Length + 1;
        var redacted = Redactor.Redact(string.Join('\n', given.Skip(first)), budget).Split('\n');
        var (kept, bytes) = (new List<string>(), 0);
        foreach (var line in redacted.Reverse())
        {
            var clean = Bounded(line);
            bytes += Encoding.UTF8.GetByteCount(clean) + 1;
            if (kept.Count == maxLines || bytes > Limits.ContainerLogBytes)
                break;
            kept.Add(clean);
        }

        kept.Reverse();
        return new(kept, first + redacted.Length - kept.Count);
    }

    /// <summary>Without what is so far behind the bound of a line that nobody sees it; the word that this splits goes as well.</summary>
    private static string Shortened(string line, RedactionBudget budget)
    {
        if (line.Length <= Limits.RedactedLineLength)
            return line;
        var mark = Redactor.MarkOf(RedactionRules.Withheld);
        budget.Count(RedactionRules.Withheld);
        return $"{line[..Redactor.BoundWithin(line, Limits.RedactedLineLength - mark.Length)]}{mark}";
    }

    /// <summary>
    /// A character has up to three bytes per UTF-16 unit: the bound in bytes holds when the bound in units was divided by it.
    /// </summary>
    private static string Bounded(string line)
    {
        var clean = TextCleaner.Clean(line, Limits.LogLineBytes);
        return Encoding.UTF8.GetByteCount(clean) <= Limits.LogLineBytes ? clean : TextCleaner.Clean(line, Limits.LogLineBytes / 3);
    }
}

/// <summary>The lines that were kept, oldest first, and how many older ones were cut.</summary>
public sealed record CleanLog(IReadOnlyList<string> Lines, int Cut);
