using System.Text.RegularExpressions;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Takes private keys in PEM form out, whole or cut at either end, on lines of their own or in one line with escapes between. Where the end is
/// missing, only what looks like a key goes: the lines behind it stay. Pure, linear.
/// </summary>
internal static class PrivateKeys
{
    private const string Rule = "pem";

    /// <summary>Far more than a key has.</summary>
    private const int MostLines = 400;

    /// <summary>Where a line holds more, the rest of it goes.</summary>
    private const int MostPerLine = 16;

    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static readonly Regex Begin = new("-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY( BLOCK)?-----", Linear);

    private static readonly Regex End = new("-----END [A-Z0-9 ]{0,30}PRIVATE KEY( BLOCK)?-----", Linear);

    /// <summary>A line of a key, of its headers, or between both.</summary>
    private static readonly Regex Body = new(@"(^[ \t]*([A-Za-z0-9+/=]{4,}|(Proc-Type|DEK-Info|Version|Comment):.*)?[ \t]*$|(^|[\s""':|\]])[A-Za-z0-9+/=]{40,}([\s""',]|$))", Linear);

    /// <summary>A line of a key whose beginning is not there.</summary>
    private static readonly Regex Bare = new(@"(^[ \t]*[A-Za-z0-9+/=]{4,}[ \t]*$|(^|[\s""':|\]])[A-Za-z0-9+/=]{40,}([\s""',]|$))", Linear);

    /// <summary>A key in one line, with escapes where lines ended.</summary>
    private static readonly Regex Inline = new(@"^([A-Za-z0-9+/=]|\\+(n|r|x0a|x0d))*", Linear);

    public static string Redact(string text, IDictionary<string, int> counts)
    {
        if (!text.Contains("PRIVATE KEY", StringComparison.Ordinal))
            return text;
        var (lines, kept, onLine) = (text.Split('\n'), new List<string>(), 0);
        for (var i = 0; i < lines.Length; i++)
        {
            var (line, last, behind) = (lines[i], i, "");
            var (begin, end) = (Begin.Match(line), End.Match(line));
            if (end.Success && !(begin.Success && begin.Index < end.Index))
            {
                // The beginning was cut away.
                while (kept.Count > 0 && Bare.IsMatch(kept[^1]))
                    kept.RemoveAt(kept.Count - 1);
                var before = line[..end.Index];
                (line, behind) = (before[..^TrailingKey(before)], line[(end.Index + end.Length)..]);
            }
            else if (begin.Success)
            {
                (last, behind) = EndOf(lines, i, begin);
                line = line[..begin.Index];
            }
            else
            {
                onLine = 0;
                kept.Add(line);
                continue;
            }

            Redactor.Count(counts, Rule);
            // What follows on the line may be the next key; it takes its turn as the same line again.
            onLine = last == i ? onLine + 1 : 1;
            (lines[last], i) = ($"{line}{Redactor.MarkOf(Rule)}{(onLine <= MostPerLine ? behind : "")}", last - 1);
        }

        return string.Join('\n', kept);
    }

    /// <summary>The line on which the key that begins here ends, and what follows it there.</summary>
    private static (int Line, string Behind) EndOf(string[] lines, int at, Match begin)
    {
        var rest = lines[at][(begin.Index + begin.Length)..];
        if (End.Match(rest) is { Success: true } sameLine && !(Begin.Match(rest) is { Success: true } next && next.Index < sameLine.Index))
            return (at, rest[(sameLine.Index + sameLine.Length)..]);
        for (var i = at + 1; i < lines.Length && i - at < MostLines; i++)
        {
            var (begins, end) = (Begin.Match(lines[i]), End.Match(lines[i]));
            if (end.Success && !(begins.Success && begins.Index < end.Index))
                return (i, lines[i][(end.Index + end.Length)..]);
            if (begins.Success)
                break;
        }

        var last = at;
        while (last + 1 < lines.Length && Body.IsMatch(lines[last + 1]))
            last++;
        return last > at ? (last, "") : (at, rest[Inline.Match(rest).Length..]);
    }

    private static int TrailingKey(string text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[^(length + 1)]) || text[^(length + 1)] is '+' or '/' or '=' or '\\'))
            length++;
        return length;
    }
}
