namespace Brokkr.Contracts.Text;

/// <summary>
/// Finds the end of a value without quotes: a space, an escaped end of line, or punctuation with nothing of the value behind it. Pure.
/// </summary>
internal static class BareValue
{
    public static int End(string text, int start, int limit, int key, Separator separator)
    {
        // A key in quotes with its value: the quote ends both. In a connection string a semicolon does.
        var quote = key > 0 && separator.Form == SeparatorForm.Equals && text[key - 1] is '"' or '\'' ? text[key - 1] : '\0';
        var isListed = key > 0 && separator.Form == SeparatorForm.Equals && BeforeSpaces(text, key) == ';';
        if (isListed && text[start] == '{' && text.IndexOf('}', start, limit - start) is var brace and > 0)
            return brace + 1;
        for (var i = start; i < limit; i++)
        {
            var c = text[i];
            if (c == '\n' || (c == '\\' && IsEscapedEnd(text, i)) || c == quote)
                return i;
            if (char.IsWhiteSpace(c))
            {
                if (quote != '\0' ? GoesOn(text, i, limit, quote) : isListed && GoesOn(text, i, limit, ';'))
                    continue;
                return i;
            }

            if (c is '[' && Redactor.IsMarkAt(text, i))
                i = text.IndexOf(']', i);
            else if (c is ',' or ';' or '&' or '(' or ')' or '{' or '}' or '[' or ']' or '"' or '\'' or '`' or '<' or '>' or '|'
                && IsEnd(text, i))
                return i;
        }

        return limit;
    }

    private static char BeforeSpaces(string text, int at)
    {
        var i = at - 1;
        while (i > 0 && at - i < 8 && text[i] is ' ')
            i--;
        return i < 0 ? '\0' : text[i];
    }

    /// <summary>
    /// Whether the value goes on behind a space: the words there are of no other pair, and the sign that ends it follows in the line.
    /// </summary>
    private static bool GoesOn(string text, int at, int limit, char end)
    {
        var most = Math.Min(limit, at + 64);
        for (var i = at + 1; i < most; i++)
        {
            if (text[i] == end)
                return true;
            if (text[i] is '=' or '\n' or '"' or '\'')
                return false;
        }

        return false;
    }

    private static bool IsEscapedEnd(string text, int at) =>
        at + 1 < text.Length
            && (text[at + 1] is 'n' or 'r' or 't' || Words.StartsAt(text, at, @"\x0a") || Words.StartsAt(text, at, @"\x0d")
            || Words.StartsAt(text, at, @"\u0022") || Words.StartsAt(text, at, @"\u0026")
            || (text[at + 1] is '"' or '\'' && IsEnd(text, at + 1)) || (text[at + 1] == '\\' && IsEscapedEnd(text, at + 1, 1)));

    private static bool IsEscapedEnd(string text, int at, int depth) =>
        at + 1 < text.Length
            && (text[at + 1] is '"' or 'n' || (text[at + 1] == '\\' && depth < 8 && IsEscapedEnd(text, at + 1, depth + 1)));

    private static bool IsEnd(string text, int at)
    {
        var next = at + 1;
        if (next >= text.Length
            || !(char.IsLetterOrDigit(text[next]) || text[next] is '!' or '#' or '$' or '%' or '*' or '+' or '-' or '/' or '.' or '@' or '_'
            or '^' or '~' or '?'))
            return next >= text.Length || char.IsWhiteSpace(text[next]) || text[at] is not ('(' or '{' or '[')
                || text[next] is not ('(' or '{' or '[');
        if (text[at] is not (',' or ';' or '&'))
            return false;
        // Another pair begins.
        var limit = Math.Min(text.Length, next + 40);
        for (; next < limit; next++)
        {
            if (text[next] is '=' or ':')
                return true;
            if (!(char.IsLetterOrDigit(text[next]) || text[next] is '_' or '-' or '.' or ' '))
                return false;
        }

        return false;
    }
}
