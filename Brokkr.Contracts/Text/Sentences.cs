using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>Finds secrets that a sentence tells: <c>the password is …</c>, <c>with password … and</c>. Pure.</summary>
internal static class Sentences
{
    private static readonly string[] Verbs =
        [
            "is ", "was ", "is: ", "set to ", "changed to ", "reset to ", "will be ", "=> ", "-> ",
            "lautet ", "ist ", "0 ", "5 ", "7 ", "8 ", "9 "
        ];

    private static readonly SearchValues<char> Structure = SearchValues.Create("[({/=:");

    /// <summary>Names of ways to hide a password hold digits, too.</summary>
    private static readonly HashSet<string> Ways = new(
        ["sha256", "sha512", "sha1", "md5crypt", "pbkdf2", "base64", "bcrypt2", "argon2", "argon2id", "argon2i", "oauth2", "scram-sha-256",
        "utf-8", "aes256", "aes-256", "hs256", "rs256", "utf8", "base32", "ed25519", "es256", "x509", "pkcs8",
            "pkcs12", "sha384", "argon2d"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether it is the name of a way to hide or to write something.</summary>
    public static bool IsWay(ReadOnlySpan<char> word) => Ways.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    public static Found Find(string text, int start, int end, KeyKind kind, ReadOnlySpan<char> before)
    {
        if (end < text.Length && text[end] is '(' or '<' && Called(text, start, end, kind) is { End: > 0 } called)
            return called;
        if (kind == KeyKind.Weak || end >= text.Length || text[end] is not (' ' or '\t' or '(') || text[start] == '-')
            return default;
        var at = end + 1;
        // A call of code that sets it: what it is called with stands in quotes.
        var isTold = text[end] == '(' || before is "with" or "using";
        if (text[end] == '(' && Separators.QuoteAt(text, at) != 1)
            return default;
        if (BehindHolder(text, at) is var behind && behind > at)
            (at, isTold) = (behind, true);
        foreach (var verb in isTold && text[end] == '(' ? [] : Verbs)
        {
            if (Words.StartsAt(text, at, verb))
            {
                at += verb.Length;
                isTold = true;
                break;
            }
        }

        if (ValueFirst.WrapperAt(text, at) is (var wrapper and > 0, var slashes))
            (at, isTold) = (at + wrapper + slashes, true);
        var quote = Separators.QuoteAt(text, at) == 1 ? text[at++] : '\0';
        var last = at;
        while (last < text.Length && last - at < 128 && !char.IsWhiteSpace(text[last]) && text[last] != quote
            && (quote != '\0' || text[last] is not ('"' or '\'' or ',' or ';' or ')' or '<')))
            last++;
        if (last - at >= 128)
            return default;
        while (last > at && text[last - 1] is '.' or ':' or '!' or '?' or '\\')
            last--;
        var value = text.AsSpan(at, last - at);
        // Of tests.
        if (text.AsSpan(start, end - start) is "PASS" && value.Contains("test", StringComparison.OrdinalIgnoreCase))
            return default;
        return IsTold(value, kind, isTold, quote != '\0',
            text.AsSpan(start, end - start).Contains("pass", StringComparison.OrdinalIgnoreCase))
            ? new(at, last, RedactionRules.Value)
            : default;
    }

    /// <summary><c>withPassword(…)</c> and <c>#Password&lt;…&gt;</c> with a value and no name of one.</summary>
    private static Found Called(string text, int start, int end, KeyKind kind)
    {
        var name = text.AsSpan(start, end - start);
        var isCall = text[end] == '<' ? start > 0 && text[start - 1] == '#'
            : name.StartsWith("set", StringComparison.OrdinalIgnoreCase) || name.StartsWith("with", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("use", StringComparison.OrdinalIgnoreCase);
        return kind is KeyKind.Strict or KeyKind.Loose && isCall && Bracketed.Find(text, end) is var (inner, close) && close - inner >= 8
            && text.AsSpan(inner, close - inner).IndexOfAny("./") < 0
            ? new(inner, close, RedactionRules.Value)
            : default;
    }

    /// <summary><c>password for bob: …</c>, where a value follows; here, where nobody is named.</summary>
    private static int BehindHolder(string text, int at)
    {
        if (string.Compare(text, at, "for ", 0, 4, StringComparison.OrdinalIgnoreCase) != 0)
            return at;
        var holder = text.AsSpan(at + 4, Math.Min(48, text.Length - at - 4));
        var end = SignIn(holder);
        return end < 0 || holder[..end].Trim(' ').Count(' ') > 1 || holder[..end].Contains('\n') ? at : at + 4 + end + 2;
    }

    private static int SignIn(ReadOnlySpan<char> holder)
    {
        for (var i = 1; i + 2 < holder.Length; i++)
        {
            if (holder[i] is ':' or '=' && holder[i + 1] == ' ')
                return i;
        }

        return -1;
    }

    private static bool IsTold(ReadOnlySpan<char> value, KeyKind kind, bool isTold, bool isQuoted, bool isPassword)
    {
        if (value.Length < 6 || !Words.HasDigit(value) || !Words.HasLetter(value)
            || IsWay(value) || Words.IsUuid(value)
            || value.ContainsAny(Structure) || Words.IsObjectName(value) || (value[0] is 'v' or 'V' && char.IsAsciiDigit(value[1])))
            return false;
        if (kind == KeyKind.Loose)
            return value.Length >= (isTold || isQuoted ? 16 : 32)
                && (!value.Contains('.') || (value.ContainsAnyInRange('A', 'Z') && value.ContainsAnyInRange('a', 'z')))
                && (ValueRules.LongestRun(value) >= 16 || (isTold && value.Length > 37 && Words.IsUuid(value[^36..])));
        return (isTold || !isQuoted || isPassword) && !value.Contains('_')
            && (isTold || (!value.Contains('-') && !value.Contains('.') && !char.IsAsciiDigit(value[0])));
    }
}
