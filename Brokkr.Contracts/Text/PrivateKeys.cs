namespace Brokkr.Contracts.Text;

/// <summary>
/// Takes private keys in PEM form out, whole or cut at either end, on lines of their own (behind a prefix too) or in one line with escapes
/// or spaces between. Where an end is missing, only what looks like a key goes: the other lines stay. Linear.
/// </summary>
internal static class PrivateKeys
{
    private const string Sign = "PRIVATE KEY";

    /// <summary>Far more than a key has.</summary>
    private const int MostLines = 400;

    /// <summary>A line of a key has 64 digits or 76; what is shorter than this may be a word.</summary>
    private const int LongRun = 40;

    /// <summary>What stands before a key on each of its lines.</summary>
    private const int LongestPrefix = 256;

    private static readonly string[] Headers = ["Proc-Type:", "DEK-Info:", "Version:", "Comment:"];

    public static string Redact(string text, RedactionBudget budget)
    {
        if (!text.Contains(Sign, StringComparison.Ordinal))
            return text;
        var marks = Marks(text);
        budget.Steps += text.Length;
        var edits = new Edits(text, budget);
        for (var i = 0; i < marks.Count; i++)
        {
            var mark = marks[i];
            if (mark.End <= edits.Done)
                continue;
            var from = Math.Max(mark.Start, edits.Done);
            if (!mark.IsBegin)
            {
                var start = Math.Max(edits.Done, StartOfTail(text, from, edits.Done));
                budget.Steps += from - start;
                edits.Replace(start, mark.End, RedactionRules.Pem);
                continue;
            }

            var isWhole = i + 1 < marks.Count && !marks[i + 1].IsBegin && LinesBetween(text, mark.End, marks[i + 1].Start) <= MostLines;
            var end = isWhole ? marks[i + 1].End : EndOfHead(text, mark);
            budget.Steps += end - mark.Start;
            edits.Replace(from, end, RedactionRules.Pem);
        }

        return edits.Result();
    }

    /// <summary>The lines that begin and end keys: dashes, a word, what sort of key it is, dashes.</summary>
    private static List<Mark> Marks(string text)
    {
        var marks = new List<Mark>();
        for (var at = text.IndexOf(Sign, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Sign, at + 1, StringComparison.Ordinal))
        {
            var (start, end) = (at, at + Sign.Length);
            while (start > 0 && at - start < 36
                && (char.IsAsciiLetterUpper(text[start - 1]) || char.IsAsciiDigit(text[start - 1]) || text[start - 1] == ' '))
                start--;
            if (Words.StartsAt(text, end, " BLOCK"))
                end += " BLOCK".Length;
            var isBegin = text.AsSpan(start, at - start).TrimStart(' ').StartsWith("BEGIN ");
            if ((!isBegin && !text.AsSpan(start, at - start).TrimStart(' ').StartsWith("END ")) || start < 4
                || text.AsSpan(start - 4, 4) is not "----")
                continue;
            if (end < text.Length && text[end] == ' ')
                end++;
            if (!Words.StartsAt(text, end, "----"))
                continue;
            marks.Add(
                new(isBegin, start - (start > 4 && text[start - 5] == '-' ? 5 : 4), end + (Words.StartsAt(text, end, "-----") ? 5 : 4)));
        }

        return marks;
    }

    private static int LinesBetween(string text, int from, int to) => text.AsSpan(from, to - from).Count('\n');

    /// <summary>Where a key ends whose end is not there.</summary>
    private static int EndOfHead(string text, Mark mark)
    {
        var lineStart = LineStart(text, mark.Start);
        var prefix = text.AsSpan(lineStart, mark.Start - lineStart);
        var end = mark.End;
        while (end < text.Length && text[end] != '\n')
        {
            var length = Words.Run(text, end, Words.Base64);
            if (length > 0)
                end += length;
            else if (EscapeAt(text, end) is var escape and > 0)
                end += escape;
            else if (text[end] == ' ' && end + 1 < text.Length
                && Words.Run(text, end + 1, Words.Base64, LongRun) >= (end == mark.End ? 16 : 4))
                end++;
            else
                break;
        }

        while (end < text.Length && text[end] == '\n')
        {
            var next = LineEnd(text, end + 1);
            if (!IsOfKey(Without(text.AsSpan(end + 1, next - end - 1), prefix)))
                break;
            end = next;
        }

        return end;
    }

    /// <summary>Where a key begins whose beginning is not there.</summary>
    private static int StartOfTail(string text, int at, int done)
    {
        var start = at;
        while (start > done
            && (Words.Base64.Contains(text[start - 1]) || text[start - 1] is '\\' || (text[start - 1] == ' ' && start - 1 > done
            && Words.RunBefore(text, start - 1, Words.Base64, LongRun) >= (start == at ? 4 : 16))))
            start--;
        var lineStart = LineStart(text, at);
        if (start > lineStart && text.AsSpan(lineStart, start - lineStart).Trim().Length > 0 && start < at)
            return start;
        var prefix = text.AsSpan(lineStart, Math.Max(0, start - lineStart));
        var first = start;
        for (var end = lineStart - 1; end > done && text[end] == '\n';)
        {
            var begin = text.LastIndexOf('\n', end - 1) + 1;
            var line = Without(text.AsSpan(begin, end - begin), prefix);
            if (begin < done || !(line.Trim() is { Length: >= 4 } bare && !bare.ContainsAnyExcept(Words.Base64) || HasLongRun(line)))
                break;
            (first, end) = (begin, begin - 1);
        }

        return first;
    }

    /// <summary>A line of a key, of its headers, or between both.</summary>
    private static bool IsOfKey(ReadOnlySpan<char> line)
    {
        var bare = line.Trim();
        if (bare.Length == 0 || (bare.Length >= 4 && !bare.ContainsAnyExcept(Words.Base64)) || HasLongRun(line))
            return true;
        foreach (var header in Headers)
        {
            if (bare.StartsWith(header))
                return true;
        }

        return false;
    }

    private static bool HasLongRun(ReadOnlySpan<char> line)
    {
        for (var i = 0; i + LongRun <= line.Length;)
        {
            var run = line[i..].IndexOfAnyExcept(Words.Base64) is var end and >= 0 ? end : line.Length - i;
            if (run >= LongRun)
                return true;
            i += run + 1;
        }

        return false;
    }

    private static ReadOnlySpan<char> Without(ReadOnlySpan<char> line, ReadOnlySpan<char> prefix) =>
        prefix.Length > 0 && line.StartsWith(prefix) ? line[prefix.Length..] : line;

    /// <summary>Where the line begins, or what is as good: no prefix is longer.</summary>
    private static int LineStart(string text, int at)
    {
        var most = Math.Min(at, LongestPrefix);
        return at - most + text.AsSpan(at - most, most).LastIndexOf('\n') + 1;
    }

    private static int LineEnd(string text, int at) => text.IndexOf('\n', at) is var end and >= 0 ? end : text.Length;

    /// <summary>How long the escaped end of a line is that stands here; 0 where none does.</summary>
    private static int EscapeAt(string text, int at)
    {
        var i = at;
        while (i < text.Length && text[i] == '\\')
            i++;
        return i == at || i == text.Length
            ? 0
            : text[i] is 'n' or 'r' ? i + 1 - at : Words.StartsAt(text, i, "x0a") || Words.StartsAt(text, i, "x0d") ? i + 3 - at : 0;
    }

    private readonly record struct Mark(bool IsBegin, int Start, int End);
}
