using System.Buffers;
using System.Text;

namespace Brokkr.Contracts.Text;

/// <summary>Takes user and password out of URLs: <c>postgres://shop:…@db</c>, <c>redis://:…@cache</c>, <c>https://token@host</c>. Pure, linear.</summary>
internal static class UrlPasswords
{
    private const string Rule = "url_userinfo";
    private const string Separator = "://";

    /// <summary>A user alone is a name when it is short, and a token otherwise.</summary>
    private const int ShortestToken = 16;

    /// <summary>No user and password are longer.</summary>
    private const int LongestUserInfo = 1024;

    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\n\"'<>`\\");

    public static string Redact(string text, IDictionary<string, int> counts)
    {
        StringBuilder? kept = null;
        var (copied, from) = (0, 0);
        while (text.IndexOf(Separator, from, StringComparison.Ordinal) is var at and >= 0)
        {
            from = at + Separator.Length;
            var rest = text.AsSpan(from, Math.Min(LongestUserInfo, text.Length - from));
            if (rest.IndexOfAny(Ends) is var length and >= 0)
                rest = rest[..length];
            var end = at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]) ? EndOfUserInfo(rest) : -1;
            if (end < 0 || Redactor.IsMark(rest[..end]) || !IsSecret(rest[..end]))
                continue;
            (kept ??= new(text.Length)).Append(text, copied, from - copied).Append(Redactor.MarkOf(Rule));
            (copied, from) = (from + end, from + end);
            Redactor.Count(counts, Rule);
        }

        return kept is null ? text : kept.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>The last <c>@</c> of the authority; where it has none and no port, passwords may hold slashes.</summary>
    private static int EndOfUserInfo(ReadOnlySpan<char> rest)
    {
        var authority = rest.IndexOfAny('/', '?', '#') is var slash and >= 0 ? rest[..slash] : rest;
        if (authority.LastIndexOf('@') is var at and >= 0)
            return at;
        var colon = authority.IndexOf(':');
        return colon < 0 || !authority[(colon + 1)..].ContainsAnyExceptInRange('0', '9') ? -1 : rest.LastIndexOf('@');
    }

    private static bool IsSecret(ReadOnlySpan<char> user) => user.Contains(':') || (user.Length >= ShortestToken && user.ContainsAnyInRange('0', '9'));
}
