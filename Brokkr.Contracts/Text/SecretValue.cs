using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Finds where a value begins and ends, and whether it is secret. Pure; where it is not, no more than <see cref="Decisive"/> was looked at.
/// </summary>
internal static class SecretValue
{
    /// <summary>Whether a value is secret is decided by so many characters of it.</summary>
    public const int Decisive = 256;

    /// <summary>Of a quoted value.</summary>
    private const int MostLines = 4;

    private static readonly SearchValues<char> ElementEnds = SearchValues.Create("<\n");
    private static readonly SearchValues<char> LineEnd = SearchValues.Create("\n");
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\n\"'<>");

    public static Found Find(string text, int key, int keyEnd, KeyKind kind, Separator separator)
    {
        var opening = Opening.At(text, separator.End, separator.Form == SeparatorForm.Element);
        var start = opening.Start;
        if (start < text.Length
            && !opening.IsQuoted
            && kind != KeyKind.Weak
            && separator.Form is SeparatorForm.Equals or SeparatorForm.Colon
            && Bracketed.Find(text, start) is var (inner, close) && close > inner)
            return new(inner, close, RedactionRules.Value);
        if (start >= text.Length
            || (!opening.IsQuoted && (IsElsewhere(text, start, keyEnd) || Redactor.IsMarkAt(text, start) && IsBareMark(text, start))))
            return default;
        var limit = Math.Min(text.Length, start + Decisive);
        var end = EndOf(text, start, limit, key, separator, opening);
        if (end <= start || IsText(text, start, end, separator, opening.IsQuoted)
            || !ValueRules.IsSecret(text, text.AsSpan(key, keyEnd - key), key > 0
            ? text[key - 1]
            : '\0', start, end, kind, separator, opening.IsQuoted))
            return default;
        end = end < limit ? end : EndOf(text, start, text.Length, key, separator, opening);
        return new(start, opening.IsQuoted ? end : BehindAddress(text, start, end), RuleOf(text.AsSpan(key, keyEnd - key)));
    }

    /// <summary>Go prints where a text lies before the text itself: <c>0xc000123456 …</c>; here, where no text follows.</summary>
    private static int BehindAddress(string text, int start, int end)
    {
        if (end - start is < 8 or > 18 || !Words.StartsAt(text, start, "0x") || end >= text.Length || text[end] != ' '
            || Words.Run(text, start + 2, Words.Hex, 16) != end - start - 2)
            return end;
        var last = end + 1 + Words.Run(text, end + 1, Words.Dotted, 64);
        var next = text.AsSpan(end + 1, last - end - 1);
        return next.Length >= 6 && Words.HasDigit(next) && Words.HasLetter(next) && !next.StartsWith("0x") && !Words.IsObjectName(next)
            && (last >= text.Length || text[last] is not (':' or '='))
            ? last
            : end;
    }

    /// <summary>Where the value behind a separator begins and ends, of which so much is looked at as decides.</summary>
    public static (int Start, int End, bool IsQuoted) Extent(string text, int key, Separator separator)
    {
        var opening = Opening.At(text, separator.End, separator.Form == SeparatorForm.Element);
        var end = opening.Start < text.Length
            ? EndOf(text, opening.Start, Math.Min(text.Length, opening.Start + (4 * Decisive)), key, separator, opening)
            : 0;
        return (opening.Start, end, opening.IsQuoted);
    }

    /// <summary>
    /// The next quote of the same kind that has no more backslashes before it than the first; the end of the line where there is none.
    /// </summary>
    public static int QuotedEnd(string text, int at, char quote, int depth, int limit)
    {
        var slashes = 0;
        for (var i = at; i < limit && text[i] != '\n'; i++)
        {
            if (text[i] == '\\')
                slashes++;
            else if (quote == '\'' && text[i] == quote && depth == 0 && i > at && i + 2 < limit && text[i + 1] == quote
                && char.IsLetterOrDigit(text[i + 2]))
                // SQL and YAML write a quote within quotes so.
                (i, slashes) = (i + 1, 0);
            else if (text[i] == quote && slashes <= depth)
                return i - slashes;
            else
                slashes = 0;
        }

        return IndexOf(text, at, limit, LineEnd);
    }

    private static string RuleOf(ReadOnlySpan<char> key) =>
        ValueRules.IsSignature(key) ? RedactionRules.Signature : RedactionRules.Value;

    private static int EndOf(string text, int start, int limit, int key, Separator separator, Opening opening)
    {
        if (opening.Closing is { Length: > 0 } closing)
        {
            var end = text.IndexOf(closing, start, limit - start, StringComparison.Ordinal);
            return end >= 0 ? end : limit;
        }

        if (opening.Quote != '\0')
        {
            var end = QuotedEnd(text, start, opening.Quote, opening.Depth, limit);
            return end < limit && text[end] == '\n' ? Continued(text, key, end, opening) : end;
        }

        if (separator.Form == SeparatorForm.Element)
            return IndexOf(text, start, limit, ElementEnds);
        if (separator.IsEncoded)
            return Math.Min(IndexOf(text, start, limit, Ends), Encoded(text, start, limit));
        return BareValue.End(text, start, limit, key, separator);
    }

    /// <summary>
    /// Where a quoted value ends that goes on in the next lines, all of them further in than its key, as in YAML; here, where it does not.
    /// </summary>
    private static int Continued(string text, int key, int end, Opening opening)
    {
        var lineStart = key == 0 ? 0 : text.LastIndexOf('\n', key - 1, Math.Min(key, Decisive)) + 1;
        var (indent, line) = (Blocks.Indent(text, lineStart), end + 1);
        for (var lines = 0; lines < MostLines && line < text.Length && key - lineStart < Decisive; lines++)
        {
            var next = IndexOf(text, line, Math.Min(text.Length, line + Decisive), LineEnd);
            var rest = text.AsSpan(line, next - line);
            if (!rest.IsWhiteSpace() && Blocks.Indent(text, line) <= indent)
                break;
            if (rest.IndexOf(opening.Quote) is var close and >= 0)
                return opening.Depth > 0 || rest[(close + 1)..].TrimStart(" ,}]") is [] or ['#', ..]
                    ? line + rest[..close].TrimEnd('\\').Length
                    : end;
            line = next + 1;
        }

        return end;
    }

    private static int Encoded(string text, int start, int limit)
    {
        for (var i = start; i < limit; i++)
        {
            if (text[i] == '&' || Words.StartsAt(text, i, "%26") || Words.StartsAt(text, i, "%2526") || Words.StartsAt(text, i, "%22"))
                return i;
        }

        return limit;
    }

    private static int IndexOf(string text, int at, int limit, SearchValues<char> any) =>
        text.AsSpan(at, limit - at).IndexOfAny(any) is var end and >= 0 ? at + end : limit;

    /// <summary>
    /// What an element's name in a help text is followed by, and what a list says of a password: <c>["can't be blank"]</c>.
    /// </summary>
    private static bool IsText(string text, int start, int end, Separator separator, bool isQuoted) =>
        separator.Form == SeparatorForm.Element
            ? (end >= text.Length || text[end] != '<') && text.AsSpan(start, end - start).Trim(' ').Contains(' ')
            : isQuoted && text[separator.End] == '[' && text.AsSpan(start, end - start).Contains(' ');

    /// <summary>What stands for a value that is elsewhere, and what begins a structure.</summary>
    private static bool IsElsewhere(string text, int at, int keyEnd)
    {
        var value = text.AsSpan(at, Math.Min(12, text.Length - at));
        if (value is ['{', ..] && keyEnd < text.Length && text[keyEnd] == '=')
            return value is ['{', '{', ..] || !char.IsAsciiLetterOrDigit(value.Length > 1 ? value[1] : ' ')
                || text.IndexOf('}', at, Math.Min(64, text.Length - at)) < 0;
        return value is ['$', '{' or '(', ..] or ['%', '(', ..] or ['{' or '(' or '<', ..] or ['!', >= 'a' and <= 'z', ..]
            || (value is ['[', ..] && !Redactor.IsMarkAt(text, at));
    }

    /// <summary>Nothing of a value stands beside the mark.</summary>
    private static bool IsBareMark(string text, int at) =>
        text.IndexOf(']', at) is var end
            && (end + 1 >= text.Length || char.IsWhiteSpace(text[end + 1])
            || text[end + 1] is '"' or '\'' or ',' or ';' or ')' or '}' or ']' or '<' or '&' or '\\' or '`');
}
