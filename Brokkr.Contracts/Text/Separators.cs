namespace Brokkr.Contracts.Text;

internal enum SeparatorForm
{
    None,

    /// <summary><c>=</c>, <c>:=</c>, <c>=&gt;</c> and what else says that a value follows for certain.</summary>
    Equals,

    /// <summary>A colon; in sentences as well.</summary>
    Colon,

    /// <summary>A space behind an option.</summary>
    Flag,

    /// <summary>The value is a quoted text, whatever stands between.</summary>
    Quote,

    /// <summary>The value is the text of an element.</summary>
    Element,

    /// <summary>The value stands in the lines that follow.</summary>
    Block,
}

/// <summary>What stands between a key and its value.</summary>
/// <param name="Form">None where the key has no value.</param>
/// <param name="End">Where the value begins, or the quote before it.</param>
/// <param name="HasSpace">Whether a space stands before the value.</param>
/// <param name="IsEncoded">Whether it is a URL within a URL: the value ends at the next <c>%26</c>.</param>
internal readonly record struct Separator(SeparatorForm Form, int End, bool HasSpace = false, bool IsEncoded = false);

/// <summary>Reads what stands behind a key. Pure; looks at a bounded number of characters.</summary>
internal static class Separators
{
    private const int MostSpaces = 40;
    private const int MostUnseen = 4;

    private static readonly string[] Quotes = ["&quot;", "&#34;", "&#39;", "\\u0022", "\\u0027", "%22", "%27"];

    private static readonly string[] EscapedSigns = ["\\u003d", "\\u003a", "\\x3d", "\\x3a", "&#61;", "&#x3d;", "&#58;",
        "&#x3a;", "&equals;"];

    public static Separator Behind(string text, int start, int end)
    {
        for (var i = 0; i < MostUnseen && Unseen.LengthAt(text, end) is var unseen and > 0; i++)
            end += unseen;
        if (Escaped(text, end) is var escaped and > 0)
            return new(SeparatorForm.Equals, end + escaped);
        var at = end;
        while (at < text.Length && at - end < 16 && text[at] == '\\' && QuoteAt(text, at) == 0)
            at++;
        var quote = QuoteAt(text, at);
        var isClosed = quote > 0;
        at += quote;
        if (at < text.Length && text[at] is ']')
            at++;
        if (!isClosed && at != end)
            return text[end] == ']' ? Sign(text, at, start) : default;
        if (at < text.Length && text[at] == '>' && InElement(text, start, isClosed))
            return new(SeparatorForm.Element, at + 1);
        if (!isClosed && at < text.Length && text[at] == ' ' && InElement(text, start, false) && EndOfTag(text, at) is var tag and > 0)
            return new(SeparatorForm.Element, tag);
        if (!isClosed && Words.StartsAt(text, at, "</key>")
            && text.IndexOf("<string>", at, Math.Min(60, text.Length - at), StringComparison.Ordinal) is var value and > 0)
            return new(SeparatorForm.Element, value + "<string>".Length);
        if (isClosed && NamedValue(text, BehindOthers(text, start, at), isQuoted: true) is { Form: not SeparatorForm.None } named)
            return named;
        if (Sign(text, at, start) is { Form: not SeparatorForm.None } sign)
            return sign;
        if (NamedValue(text, at, isQuoted: false) is { Form: not SeparatorForm.None } bare)
            return bare;
        if (isClosed)
            return ListedValue(text, start, at);
        if (text[start] == '-' && NextItem(text, at) is var item and > 0)
            return new(SeparatorForm.Flag, item, true);
        if (text[start] == '-' && start + 1 < end && at < text.Length && text[at] == ' ' && at + 1 < text.Length
            && !char.IsWhiteSpace(text[at + 1]))
            return new(SeparatorForm.Flag, at + 1, true);
        return at < text.Length && text[at] == ' ' && at + 1 < text.Length && text[at + 1] == '\'' && IsSql(text, start, end)
            ? new(SeparatorForm.Quote, at + 1)
            : default;
    }

    /// <summary>How long the quote is that stands here, as it is or as others write it; 0 where none does.</summary>
    public static int QuoteAt(string text, int at)
    {
        if (at >= text.Length)
            return 0;
        if (text[at] is '"' or '\'' or '`')
            return 1;
        if (text[at] is not ('&' or '\\' or '%'))
            return 0;
        foreach (var quote in Quotes)
        {
            if (Words.StartsAt(text, at, quote))
                return quote.Length;
        }

        return 0;
    }

    /// <summary>How long the sign is that stands here as JSON, HTML or a program writes it; 0 where none does.</summary>
    private static int Escaped(string text, int at)
    {
        if (at < text.Length && text[at] is '\\' or '&')
        {
            foreach (var sign in EscapedSigns)
            {
                if (string.Compare(text, at, sign, 0, sign.Length, StringComparison.OrdinalIgnoreCase) == 0)
                    return sign.Length;
            }
        }

        return 0;
    }

    private static Separator Sign(string text, int at, int start)
    {
        var sign = Spaces(text, at);
        if (sign >= text.Length)
            return default;
        var (form, length, isEncoded) = (text[sign], sign + 1 < text.Length ? text[sign + 1] : '\0') switch
        {
            (':', '=') or ('=', '>') => (SeparatorForm.Equals, 2, false),
            ('?', '=') => (SeparatorForm.Equals, 2, false),
            ('=', '=') or (':', ':') => (SeparatorForm.None, 0, false),
            ('=', _) or ('\uff1d', _) => (SeparatorForm.Equals, 1, false),
            (':', _) or ('\uff1a', _) => (SeparatorForm.Colon, 1, false),
            ('%', '3') when Words.StartsAt(text, sign, "%3D") || Words.StartsAt(text, sign, "%3d") => (SeparatorForm.Equals, 3, true),
            ('%', '3') when Words.StartsAt(text, sign, "%3A%22") => (SeparatorForm.Equals, 3, true),
            ('%', '2') when Words.StartsAt(text, sign, "%253D") => (SeparatorForm.Equals, 5, true),
            _ => (SeparatorForm.None, 0, false),
        };
        if (form == SeparatorForm.None)
            return default;
        var value = Spaces(text, sign + length);
        return form == SeparatorForm.Colon && EndsLine(text, value)
            ? new(SeparatorForm.Block, value)
            : new(form, value, value > sign + length, isEncoded);
    }

    /// <summary>The end of the line, also behind the sign of a block.</summary>
    private static bool EndsLine(string text, int at)
    {
        if (at < text.Length && text[at] is '|' or '>')
        {
            at++;
            while (at < text.Length && text[at] is '-' or '+' or (>= '1' and <= '9'))
                at++;
        }

        at = Spaces(text, at);
        return at < text.Length && text[at] == '\n';
    }

    /// <summary><c>"name": "DB_PASSWORD", "value": …</c>, in attributes and in YAML as well, and in forms behind an empty line.</summary>
    private static Separator NamedValue(string text, int at, bool isQuoted)
    {
        var next = at;
        while (next < text.Length && next - at < MostSpaces && text[next] is ' ' or '\t' or ',' or '\n' or '\\' or '"' or '\'')
            next++;
        next += isQuoted ? PrefixOfValue(text, next) : 0;
        if (string.Compare(text, next, "value", 0, 5, StringComparison.OrdinalIgnoreCase) != 0)
            return Words.StartsAt(text, at, "\n\n") ? new(SeparatorForm.Equals, at + 2) : default;
        next += 5;
        while (next < text.Length && text[next] is '\\' or '"' or '\'')
            next++;
        next = Spaces(text, next);
        if (next >= text.Length || text[next] is not ('=' or ':'))
            return default;
        var value = Spaces(text, next + 1);
        var isBlock = value < text.Length && text[value] is '|' or '>' && EndsLine(text, value);
        return new(isBlock ? SeparatorForm.Block : SeparatorForm.Equals, value);
    }

    /// <summary>How long the word is before it in <c>ParameterValue</c>.</summary>
    private static int PrefixOfValue(string text, int at) =>
        text.AsSpan(at, Words.Run(text, at, Words.Letters, 16)) is var word && word.Length > 5 && word.EndsWith("Value")
            ? word.Length - 5
            : 0;

    /// <summary>Behind what stands between a name and its value: <c>"name":"DB_PASSWORD","type":"PLAINTEXT","value":…</c>.</summary>
    private static int BehindOthers(string text, int start, int at)
    {
        var (limit, behind) = (Math.Min(text.Length, at + 120), at);
        for (var pair = 0; pair < 3 && ValueFirst.NextPair(text, behind, limit) is var next and > 0; pair++)
        {
            if (string.Compare(text, next + PrefixOfValue(text, next), "value", 0, 5, StringComparison.OrdinalIgnoreCase) == 0)
                return pair == 0 || ValueFirst.IsNamed(text, start) ? behind : at;
            if (ValueFirst.ValueOf(text, next, limit) is not (var value and > 0))
                break;
            behind = text[value] is '"' or '\''
                ? SecretValue.QuotedEnd(text, value + 1, text[value], 16, limit)
                : value + Words.Run(text, value, Words.Dotted, limit - value);
        }

        return at;
    }

    /// <summary><c>["--password", "…"]</c> and <c>("password", "…")</c>.</summary>
    private static Separator ListedValue(string text, int start, int at)
    {
        var isPair = start > 1 && text[start - 2] == '(' || text[start] == '-';
        if (text[start] == '-' && NextItem(text, at) is var item and > 0)
            return new(SeparatorForm.Flag, item, true);
        var comma = Spaces(text, at);
        if (!isPair || comma >= text.Length || text[comma] != ',')
            return default;
        var value = Spaces(text, comma + 1);
        var quote = value + Words.Run(text, value, Words.Slashes, 16);
        return QuoteAt(text, value) > 0 || QuoteAt(text, quote) == 1 ? new(SeparatorForm.Quote, value) : default;
    }

    /// <summary>Where the item of the next line begins: arguments may stand one below the other; -1 where none does.</summary>
    private static int NextItem(string text, int at)
    {
        at = Spaces(text, at);
        if (at >= text.Length || text[at] != '\n')
            return -1;
        at = Spaces(text, at + 1);
        return Words.StartsAt(text, at, "- ") ? at + 2 : -1;
    }

    private static bool InElement(string text, int start, bool isClosed)
    {
        var at = start;
        while (at > 0 && start - at < 32 && (char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] is ':' or '_'))
            at--;
        return isClosed || (at > 0 && text[at - 1] == '<');
    }

    /// <summary>Where the text of an element begins that has attributes; -1 where it has none.</summary>
    private static int EndOfTag(string text, int at)
    {
        var attributes = text.AsSpan(at, Math.Min(80, text.Length - at));
        var end = attributes.IndexOfAny('<', '>', '\n');
        return end > 0 && attributes[end] == '>' && attributes[end - 1] != '/' ? at + end + 1 : -1;
    }

    /// <summary><c>with password '…'</c>.</summary>
    private static bool IsSql(string text, int start, int end) =>
        text.AsSpan(start, end - start).Equals("password", StringComparison.OrdinalIgnoreCase);

    private static int Spaces(string text, int at)
    {
        var limit = Math.Min(text.Length, at + MostSpaces);
        while (at < limit && text[at] is ' ' or '\t' or '\u00a0' or '\u3000')
            at++;
        return at;
    }
}
