using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Takes user and password out of addresses: <c>postgres://shop:…@db</c>, <c>https://token@host</c>, <c>root:…@tcp(db)</c>,
/// <c>ann:…@mq:5672</c>; passwords may hold <c>@</c>, <c>:</c> and <c>/</c>. Linear.
/// </summary>
internal static class UrlPasswords
{
    /// <summary>A user alone is a name when it is short, and a token otherwise.</summary>
    private const int ShortestToken = 16;

    /// <summary>What is jumbled is no name from this length on.</summary>
    private const int ShortestJumble = 8;

    /// <summary>No user and password are longer.</summary>
    private const int LongestUserInfo = 1024;

    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\n\"'<>`\\");
    private static readonly SearchValues<char> Hosts =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
    /// <summary>What follows is <c>user/password@host</c>.</summary>
    private const string Oracle = "oracle:thin:";

    private static readonly SearchValues<string> Signs = SearchValues.Create(["://", "@", Oracle], StringComparison.Ordinal);

    /// <summary>What stands before a colon in texts that are no user: of addresses without a password, and of digests.</summary>
    private static readonly HashSet<string> NoUsers = new(["mailto", "sip", "sips", "acct", "xmpp", "sha256", "sha512", "image", "npm",
        "pkg", "file", "redacted"], StringComparer.OrdinalIgnoreCase);

    public static string Redact(string text, RedactionBudget budget)
    {
        var (edits, from) = (new Edits(text, budget), 0);
        while (from < text.Length && text.AsSpan(from).IndexOfAny(Signs) is var hit and >= 0)
        {
            var at = from + hit;
            budget.Steps += hit + 1;
            from = at + 1;
            if (text[at] == '@')
            {
                var start = StartOfBareUser(text, at, edits.Done);
                budget.Steps += 64;
                if (start < at)
                    edits.Replace(start, at, RedactionRules.UserInfo);
                continue;
            }

            if (text[at] == 'o')
            {
                from = OracleAt(text, at + Oracle.Length) is var (first, last) && last > first
                    ? edits.Replace(first, last, RedactionRules.UserInfo)
                    : at + Oracle.Length;
                continue;
            }

            from = at + 3;
            var rest = text.AsSpan(from, Math.Min(LongestUserInfo, text.Length - from));
            if (rest.IndexOfAny(Ends) is var length and >= 0)
                rest = rest[..length];
            // What begins behind this one has its own turn.
            if (rest.IndexOf("://") is var next and >= 0)
                rest = rest[..next];
            budget.Steps += rest.Length;
            var end = at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]) ? EndOfUserInfo(rest, IsWeb(text, at)) : -1;
            var isSecret = end > 0 && !Redactor.IsMark(rest[..end]) && IsSecret(rest[..end]);
            from = isSecret ? edits.Replace(from, from + end, RedactionRules.UserInfo) : from + rest.Length;
        }

        budget.Steps += text.Length - Math.Min(from, text.Length);
        return edits.Result();
    }

    private static (int Start, int End) OracleAt(string text, int at)
    {
        var rest = text.AsSpan(at, Math.Min(LongestUserInfo, text.Length - at));
        if (rest.IndexOfAny(Ends) is var end and >= 0)
            rest = rest[..end];
        var (slash, host) = (rest.IndexOf('/'), rest.IndexOf('@'));
        return slash > 0 && host > slash + 1 && !Redactor.IsMark(rest[(slash + 1)..host]) ? (at + slash + 1, at + host) : (at, at);
    }

    private static bool IsWeb(string text, int at) =>
        text.AsSpan(0, at).EndsWith("http") || text.AsSpan(0, at).EndsWith("https") || text.AsSpan(0, at).EndsWith("file");

    /// <summary>
    /// The last <c>@</c> before a host; in addresses of the web only where the authority holds one or can have no port, since paths and
    /// queries hold <c>@</c> as well.
    /// </summary>
    private static int EndOfUserInfo(ReadOnlySpan<char> rest, bool isWeb)
    {
        var authority = rest.IndexOfAny('/', '?', '#') is var slash and >= 0 ? rest[..slash] : rest;
        var inAuthority = authority.LastIndexOf('@');
        var colon = authority.IndexOf(':');
        var hasPassword = colon >= 0 && (inAuthority > colon || authority[(colon + 1)..].ContainsAnyExceptInRange('0', '9') || !isWeb);
        if (!hasPassword)
            return inAuthority;
        var query = rest.IndexOf('?') is var mark and >= 0 && inAuthority >= 0 ? rest[..mark] : rest;
        for (var at = query.LastIndexOf('@'); at > inAuthority; at = query[..at].LastIndexOf('@'))
        {
            if (at > 0 && query[at - 1] != '/' && IsHost(query[(at + 1)..])
                && (inAuthority < 0 || !isWeb || !IsHost(query[(inAuthority + 1)..])))
                return at;
        }

        return inAuthority;
    }

    /// <summary>A name or an address, and maybe a port, and then the path or nothing.</summary>
    private static bool IsHost(ReadOnlySpan<char> text)
    {
        if (text.Length > 0 && (text[0] == '[' || text.StartsWith("tcp(") || text.StartsWith("unix(")))
            return true;
        var length = text.IndexOfAnyExcept(Hosts) is var end and >= 0 ? end : text.Length;
        if (length == 0)
            return false;
        if (length < text.Length && text[length] == ':')
        {
            length++;
            while (length < text.Length && char.IsAsciiDigit(text[length]))
                length++;
        }

        return length == text.Length || text[length] is '/' or '?' or '#' or ',' or ';' or ')' or ']' or '}' or '|' or '(';
    }

    private static bool IsSecret(ReadOnlySpan<char> user) => user.Contains(':')
        || (user.Length >= ShortestToken && Words.HasDigit(user)) || (user.Length >= ShortestJumble && Words.IsJumbled(user));

    /// <summary>Where user and password begin that stand before a host and its port without a scheme; here, where there are none.</summary>
    private static int StartOfBareUser(string text, int at, int done)
    {
        if (!IsBareHost(text, at + 1) || EndsWithMark(text, at))
            return at;
        var start = at;
        while (start > done && at - start < 256 && !Ends.Contains(text[start - 1])
            && text[start - 1] is not ('=' or ',' or ';' or '(' or '['))
            start--;
        var user = text.AsSpan(start, at - start);
        // A password may hold what a user's name may not.
        var colon = user.IndexOf(':');
        return colon <= 0 || colon == user.Length - 1 || user[(colon + 1)..].StartsWith("//") || user[..colon].ContainsAnyExcept(Hosts)
            || NoUsers.Contains(user[..colon].ToString()) || Redactor.IsMark(user[(colon + 1)..]) || user.Contains('[') ? at : start;
    }

    private static bool EndsWithMark(string text, int at)
    {
        var most = Math.Min(at, 40);
        return text.AsSpan(at - most, most).LastIndexOf('[') is var open and >= 0
            && Redactor.IsMark(text.AsSpan(at - most + open, most - open));
    }

    /// <summary><c>tcp(</c>, <c>unix(</c>, or a host and its port.</summary>
    private static bool IsBareHost(string text, int at)
    {
        if (Words.StartsAt(text, at, "tcp(") || Words.StartsAt(text, at, "unix("))
            return true;
        var colon = at + Words.Run(text, at, Hosts, 128);
        if (colon == at || colon >= text.Length || text[colon] != ':' || Words.StartsAt(text, at, "sha"))
            return false;
        var end = colon + 1;
        while (end < text.Length && end - colon < 7 && char.IsAsciiDigit(text[end]))
            end++;
        return end - colon is >= 3 and <= 6 && (end == text.Length || !char.IsAsciiLetterOrDigit(text[end]));
    }
}
