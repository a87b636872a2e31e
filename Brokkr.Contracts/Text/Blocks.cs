using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Finds values that stand in the lines behind their key, further in than it: blocks of YAML, and a value on a line of its own. Pure.
/// </summary>
internal static class Blocks
{
    /// <summary>Of a value that is no block.</summary>
    private const int LongestLine = 256;

    private static readonly SearchValues<char> Structure = SearchValues.Create(" \t:{}[]()<>");

    public static Found Find(string text, int key, int at, KeyKind kind)
    {
        var lineStart = key == 0 ? 0 : text.LastIndexOf('\n', key - 1, Math.Min(key, LongestLine)) + 1;
        if (lineStart == 0 && key > LongestLine || kind == KeyKind.Weak)
            return default;
        lineStart = BehindQuote(text, lineStart, key);
        var indent = Indent(text, lineStart);
        // In an item of a list the other keys stand as far in as this one.
        if (text.AsSpan(lineStart + indent, key - lineStart - indent) is "- ")
            indent += 2;
        var isBlock = at < text.Length && text[at] is '|' or '>';
        var first = text.IndexOf('\n', at, Math.Min(48, text.Length - at)) + 1;
        if (first == 0 || first >= text.Length || Indent(text, first) <= indent)
            return default;
        var start = first + Indent(text, first);
        // Without the sign of a block the key has to stand alone, so that no sentence's next line is taken.
        if (!isBlock
            && (key - lineStart > indent + 3 || text.AsSpan(lineStart, key - lineStart).ContainsAnyExcept(" \t-\"'")
            || !IsValue(text, start)))
            return default;
        var end = start;
        for (var line = first; line < text.Length;)
        {
            var next = text.IndexOf('\n', line) is var found and >= 0 ? found : text.Length;
            var isEmpty = Indent(text, line) + line >= next;
            if (!isEmpty && Indent(text, line) <= indent)
                break;
            if (!isEmpty)
                end = next;
            if (!isBlock)
                break;
            line = next + 1;
        }

        return end <= start || Redactor.IsMark(text.AsSpan(start, end - start)) ? default : new(start, end, RedactionRules.Value);
    }

    /// <summary>A word or a quoted text alone on its line; what has keys of its own is a structure.</summary>
    private static bool IsValue(string text, int start)
    {
        var end = text.IndexOf('\n', start, Math.Min(LongestLine, text.Length - start)) is var found and >= 0
            ? found
            : Math.Min(text.Length, start + LongestLine);
        var line = text.AsSpan(start, end - start).TrimEnd();
        if (line.Length > 2 && line[0] is '"' or '\'' && line[^1] == line[0])
            return true;
        return line.Length >= 6 && !line.ContainsAny(Structure) && Words.IsMixed(line) && line[0] is not '-';
    }

    /// <summary>
    /// Where a line begins that stands within quotes, with its ends of lines escaped; the quote of a key itself begins none.
    /// </summary>
    public static int BehindQuote(string text, int lineStart, int key)
    {
        var colon = text.IndexOf(':', key, Math.Min(LongestLine, text.Length - key));
        var isQuoted = colon > 0 && text[colon - 1] is '"' or '\'';
        var before = text.AsSpan(lineStart, Math.Max(0, key - lineStart - (isQuoted ? 1 : 0)));
        var quote = before.LastIndexOfAny('"', '\'');
        return quote >= 0 && before[(quote + 1)..].TrimStart(" -").IsEmpty ? lineStart + quote + 1 : lineStart;
    }

    /// <summary>Whether the line that begins here is an item of a sequence.</summary>
    public static bool IsItem(string text, int line) => Words.StartsAt(text, line + Words.Run(text, line, Words.Blanks, 40), "- ");

    /// <summary>How many spaces and tabs stand here.</summary>
    public static int Indent(string text, int at)
    {
        var end = at;
        while (end < text.Length && end - at < LongestLine && text[end] is ' ' or '\t')
            end++;
        return end - at;
    }
}
