using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>Finds what headers of HTTP carry: credentials with their scheme, cookies; and the words of a wallet. Pure.</summary>
internal static class Headers
{
    private const int ShortestCredential = 8;

    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\n\"'\\],;`");
    private static readonly SearchValues<char> CookieEnds = SearchValues.Create("\n\"'\\]`");

    /// <summary>Attributes of cookies, when it is them that a sentence speaks of.</summary>
    private static readonly HashSet<string> Attributes =
        new(["samesite", "path", "domain", "expires", "max-age", "secure", "httponly"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Schemes with credentials of a word.</summary>
    private static readonly HashSet<string> Schemes = new(
        ["basic", "bearer", "token", "negotiate", "ntlm", "apikey", "api-key", "key", "jwt", "splunk", "genie-key", "geniekey", "sso-key",
        "dpop"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Schemes whose credentials go on to the end of the line.</summary>
    private static readonly HashSet<string> LongSchemes =
        new(["digest", "aws4-hmac-sha256", "oauth", "signature", "hmac", "hawk"], StringComparer.OrdinalIgnoreCase);

    public static Found Find(string text, int start, int end, KeyKind kind, RedactionBudget budget)
    {
        if (Separators.Behind(text, start, end) is not
            {
                Form: SeparatorForm.Equals or SeparatorForm.Colon
            or SeparatorForm.Quote
            } separator)
            return default;
        var at = separator.End;
        for (var i = 0; i < 2; i++)
        {
            if (at < text.Length && text[at] == '[' && !Redactor.IsMarkAt(text, at))
                at++;
            while (at < text.Length && at - separator.End < 16 && text[at] == '\\')
                at++;
            if (at < text.Length && text[at] is '"' or '\'')
                at++;
        }

        if (at >= text.Length)
            return default;
        var found = kind switch
        {
            KeyKind.Cookie => Cookie(text, at),
            KeyKind.Auth => UserAndPassword(text, at),
            _ => Authorization(text, at),
        };
        budget.Steps += found.End - found.Start;
        return found;
    }

    /// <summary>Credentials behind the name of their scheme.</summary>
    public static Found FindScheme(string text, int start, int end, KeyKind kind)
    {
        var at = end + Words.Run(text, end, Words.Blanks, 8);
        if (at == end || (start > 0 && text[start - 1] is ']'))
            return default;
        var length = Words.Run(text, at, AnyCredentials, SecretValue.Decisive);
        var value = text.AsSpan(at, length);
        var isSecret = kind == KeyKind.Bearer
            ? length >= 16 && Words.IsMixed(value)
            : length >= 6 && (Words.IsUserAndPassword(value) || (length >= 12 && Words.IsMixed(value)));
        return isSecret && !Words.IsObjectName(value)
            ? new(at, at + Words.Run(text, at, AnyCredentials), kind == KeyKind.Bearer ? RedactionRules.Bearer : RedactionRules.Basic)
            : default;
    }

    /// <summary>At least six small words in a row behind a colon or a space.</summary>
    public static Found FindPhrase(string text, int end)
    {
        var at = end;
        while (at < text.Length && at - end < 8 && text[at] is ' ' or ':' or '=' or '"' or '\'')
            at++;
        var (words, last) = (0, at);
        for (var i = at; i < text.Length && words < 32;)
        {
            var start = i;
            while (i < text.Length && i - start < 10 && text[i] is >= 'a' and <= 'z')
                i++;
            if (i - start is < 3 or > 8)
                break;
            (words, last) = (words + 1, i);
            if (i >= text.Length || text[i] is not (' ' or ','))
                break;
            i++;
        }

        return words >= 6 ? new(at, last, RedactionRules.Value) : default;
    }

    private static readonly SearchValues<char> AnyCredentials =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~+/=-");

    private static Found Cookie(string text, int at)
    {
        var head = text.AsSpan(at, Math.Min(SecretValue.Decisive, text.Length - at));
        if (head.IndexOfAny(CookieEnds) is var end and >= 0)
            head = head[..end];
        if (head.IndexOf('=') is var equals
            && (equals <= 0 || head[..equals].Contains(' ') || Redactor.IsMarkAt(text, at)
            || Attributes.GetAlternateLookup<ReadOnlySpan<char>>().Contains(head[..equals])))
            return default;
        var last = at;
        while (last < text.Length && !CookieEnds.Contains(text[last]))
            last = text[last] == '[' && Redactor.IsMarkAt(text, last) ? text.IndexOf(']', last) + 1 : last + 1;
        return new(at, last, RedactionRules.Cookie);
    }

    private static Found UserAndPassword(string text, int at)
    {
        var length = Words.Run(text, at, Words.AnyBase64, 1024);
        var value = text.AsSpan(at, length);
        var isQuoted = at + length < text.Length && text[at + length] is '"' or '\'' or '\\';
        return length >= 6 && (Words.IsUserAndPassword(value) || (isQuoted && ValueRules.IsRandom(value, "auth"))
            || (IsWhole(text, at + length) && IsCredential(value)))
            ? new(at, at + length, RedactionRules.Basic)
            : default;
    }

    private static bool IsWhole(string text, int end) =>
        end >= text.Length || char.IsWhiteSpace(text[end]) || text[end] is '"' or '\'' or '\\' or ',' or '}' or ')' or ']';

    /// <summary>No word, no way to sign in, no name of a thing.</summary>
    private static bool IsCredential(ReadOnlySpan<char> value) =>
        value.Length >= ShortestCredential && Words.IsJumbled(value) && !value.Contains("auth", StringComparison.OrdinalIgnoreCase)
            && !value.ContainsAny('/', '-') && !Sentences.IsWay(value);

    /// <summary>A scheme with its credentials, or credentials alone; <c>authorization: denied</c> is neither.</summary>
    private static Found Authorization(string text, int at)
    {
        var schemeEnd = End(text, at, SecretValue.Decisive);
        var scheme = text.AsSpan(at, schemeEnd - at);
        if (Redactor.IsMarkAt(text, at))
            return default;
        var rest = schemeEnd + Words.Run(text, schemeEnd, Words.Blanks, 8);
        if (LongSchemes.GetAlternateLookup<ReadOnlySpan<char>>().Contains(scheme) && rest > schemeEnd && rest < text.Length
            && text[rest] != '\n')
            return Redactor.IsMarkAt(text, rest)
                ? default
                : new(at, text.IndexOf('\n', rest) is var line and >= 0 ? line : text.Length, RedactionRules.Authorization);
        if (Schemes.GetAlternateLookup<ReadOnlySpan<char>>().Contains(scheme) && rest > schemeEnd)
        {
            var end = End(text, rest, SecretValue.Decisive);
            return end - rest >= 6 && !Redactor.IsMarkAt(text, rest) && Words.IsMixed(text.AsSpan(rest, end - rest))
                ? new(at, End(text, rest, int.MaxValue), RedactionRules.Authorization)
                : default;
        }

        return scheme.Length >= (rest > schemeEnd ? 16 : 8) && Words.IsMixed(scheme)
            ? new(at, End(text, at, int.MaxValue), RedactionRules.Authorization)
            : default;
    }

    private static int End(string text, int at, int most)
    {
        var limit = most < text.Length - at ? at + most : text.Length;
        while (at < limit && !Ends.Contains(text[at]))
            at = text[at] == '[' && Redactor.IsMarkAt(text, at) ? text.IndexOf(']', at) + 1 : at + 1;
        return at;
    }
}
