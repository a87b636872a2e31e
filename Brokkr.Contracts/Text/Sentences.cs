using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>Finds secrets that a sentence tells: <c>the password is …</c>, <c>with password … and</c>. Pure.</summary>
internal static class Sentences
{
    private static readonly string[] Verbs =
        ["is ", "was ", "is: ", "set to ", "changed to ", "reset to ", "will be ", "=> ", "-> ", "lautet ", "ist "];

    private static readonly SearchValues<char> Structure = SearchValues.Create("[({/=:");

    /// <summary>Names of ways to hide a password hold digits, too.</summary>
    private static readonly HashSet<string> Ways = new(
        ["sha256", "sha512", "sha1", "md5crypt", "pbkdf2", "base64", "bcrypt2", "argon2", "argon2id", "argon2i", "oauth2", "scram-sha-256",
        "utf-8", "aes256", "aes-256", "hs256", "rs256"],
        StringComparer.OrdinalIgnoreCase);

    public static Found Find(string text, int start, int end, KeyKind kind)
    {
        if (kind == KeyKind.Weak || end >= text.Length || text[end] != ' ' || text[start] == '-')
            return default;
        var at = end + 1;
        var isTold = false;
        foreach (var verb in Verbs)
        {
            if (Words.StartsAt(text, at, verb))
            {
                at += verb.Length;
                isTold = true;
                break;
            }
        }

        var quote = Separators.QuoteAt(text, at) == 1 ? text[at++] : '\0';
        var last = at;
        while (last < text.Length && last - at < 128 && !char.IsWhiteSpace(text[last]) && text[last] != quote
            && (quote != '\0' || text[last] is not ('"' or '\'' or ',' or ';' or ')' or '<')))
            last++;
        if (last - at >= 128)
            return default;
        while (last > at && text[last - 1] is '.' or ':' or '!' or '?')
            last--;
        var value = text.AsSpan(at, last - at);
        return IsTold(value, kind, isTold, quote != '\0',
            text.AsSpan(start, end - start).Contains("pass", StringComparison.OrdinalIgnoreCase))
            ? new(at, last, RedactionRules.Value)
            : default;
    }

    private static bool IsTold(ReadOnlySpan<char> value, KeyKind kind, bool isTold, bool isQuoted, bool isPassword)
    {
        if (value.Length < 6 || !Words.HasDigit(value) || !Words.HasLetter(value)
            || Ways.GetAlternateLookup<ReadOnlySpan<char>>().Contains(value) || Words.IsUuid(value)
            || value.ContainsAny(Structure) || Words.IsObjectName(value) || (value[0] is 'v' or 'V' && char.IsAsciiDigit(value[1])))
            return false;
        if (kind == KeyKind.Loose)
            return value.Length >= (isTold || isQuoted ? 16 : 32)
                && (!value.Contains('.') || (value.ContainsAnyInRange('A', 'Z') && value.ContainsAnyInRange('a', 'z')))
                && ValueRules.LongestRun(value) >= 16;
        return (isTold || !isQuoted || isPassword) && !value.Contains('_')
            && (isTold || (!value.Contains('-') && !value.Contains('.') && !char.IsAsciiDigit(value[0])));
    }
}
