using System.Buffers;
using System.Text;

namespace Brokkr.Contracts.Text;

/// <summary>
/// What words of a language, names and identifiers look like, and what secrets do. Pure; none looks at more than it is given.
/// </summary>
internal static class Words
{
    public static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ…");
    public static readonly SearchValues<char> Alphanumeric =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    public static readonly SearchValues<char> Url = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    public static readonly SearchValues<char> Dotted =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");
    public static readonly SearchValues<char> Base64 =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=");
    public static readonly SearchValues<char> AnyBase64 =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=_-");
    public static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");
    public static readonly SearchValues<char> Capitals = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    public static readonly SearchValues<char> Blanks = SearchValues.Create(" \t");
    public static readonly SearchValues<char> Slashes = SearchValues.Create("\\");
    private static readonly SearchValues<char> Small = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");
    private static readonly SearchValues<char> PathLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./");

    /// <summary>How many characters of an alphabet stand in a row from here, at most so many.</summary>
    public static int Run(string text, int at, SearchValues<char> alphabet, int most = int.MaxValue)
    {
        var span = text.AsSpan(at, Math.Min(most, text.Length - at));
        return span.IndexOfAnyExcept(alphabet) is var end and >= 0 ? end : span.Length;
    }

    /// <summary>How many characters of an alphabet stand in a row before this place, at most so many.</summary>
    public static int RunBefore(string text, int at, SearchValues<char> alphabet, int most)
    {
        var span = text.AsSpan(Math.Max(0, at - most), Math.Min(most, at));
        return span.Length - 1 - span.LastIndexOfAnyExcept(alphabet);
    }

    public static bool StartsAt(string text, int at, string what) => string.CompareOrdinal(text, at, what, 0, what.Length) == 0;

    public static bool HasDigit(ReadOnlySpan<char> text) => text.ContainsAnyInRange('0', '9');

    public static bool HasLetter(ReadOnlySpan<char> text) => text.ContainsAnyInRange('a', 'z') || text.ContainsAnyInRange('A', 'Z');

    /// <summary>Whether it is no word of a language: those have no digits, no padding, and no capitals within.</summary>
    public static bool IsMixed(ReadOnlySpan<char> text) =>
        HasDigit(text) || text.Contains('=')
            || (text.Length > 1 && text[1..].ContainsAnyInRange('A', 'Z') && text.ContainsAnyInRange('a', 'z'));

    /// <summary>
    /// Whether letters and digits are thrown together as no name is: digits in several places, or one among letters of both sizes.
    /// </summary>
    public static bool IsJumbled(ReadOnlySpan<char> text)
    {
        var groups = 0;
        for (var i = 0; i < text.Length; i++)
            groups += char.IsAsciiDigit(text[i]) && (i == 0 || !char.IsAsciiDigit(text[i - 1])) ? 1 : 0;
        return HasLetter(text)
            && (groups > 1 || (groups == 1 && text[1..].ContainsAnyInRange('A', 'Z') && text.ContainsAnyInRange('a', 'z')));
    }

    public static bool IsUuid(ReadOnlySpan<char> text) => text.Length == 36 && Guid.TryParseExact(text, "D", out _);

    /// <summary>A file, as in <c>/etc/tls/tls.key</c>.</summary>
    public static bool IsPath(ReadOnlySpan<char> text) =>
        text.Length > 1 && (text[0] is '/' or '~' || text.StartsWith("./") || text.StartsWith("../"))
            && !text[1..].ContainsAnyExcept(PathLetters)
        && (text.Length < 40 || text.Contains('.')) && HasWord(text);

    /// <summary>What Kubernetes calls its objects: <c>web-tls</c>, <c>prod/db-2</c>; no part of it mixes letters and digits.</summary>
    public static bool IsObjectName(ReadOnlySpan<char> text)
    {
        if (text.Length > 128 || !(text.Contains('-') || text.Contains('/')))
            return false;
        foreach (var range in text.SplitAny('-', '/', '.'))
        {
            var part = text[range];
            if (part.Length == 0 || part.ContainsAnyExcept(Small) || (HasDigit(part) && HasLetter(part))
                || (HasDigit(part) && part.Length > 8))
                return false;
        }

        return true;
    }

    /// <summary>User and password in base64, as in headers and in Docker's configuration.</summary>
    public static bool IsUserAndPassword(ReadOnlySpan<char> value) =>
        Decoded(value) is { } text && text.IndexOf(':') is > 0 && text.All(c => c is >= ' ' and < '\u007f');

    /// <summary>What stands in base64, padded or not; null where it is none, or more than 1,024 digits.</summary>
    public static string? Decoded(ReadOnlySpan<char> value)
    {
        if (value.Length is 0 or > 1024)
            return null;
        var digits = value.TrimEnd('=').ToString().Replace('-', '+').Replace('_', '/');
        var bytes = new byte[value.Length + 4];
        return Convert.TryFromBase64String(digits.PadRight((digits.Length + 3) / 4 * 4, '='), bytes, out var length)
            ? Encoding.Latin1.GetString(bytes, 0, length)
            : null;
    }

    private static bool HasWord(ReadOnlySpan<char> path)
    {
        foreach (var range in path.SplitAny('/', '.'))
        {
            var part = path[range];
            if (part.Length >= 2 && part[0] is >= 'a' and <= 'z' && !(HasDigit(part) && part.Length > 6)
                && !part.ContainsAnyInRange('A', 'Z'))
                return true;
        }

        return false;
    }
}
