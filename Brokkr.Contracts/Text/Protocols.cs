namespace Brokkr.Contracts.Text;

/// <summary>
/// Finds what logs in by the commands of protocols: <c>AUTH …</c> of Redis and of mail, <c>LOGIN ann …</c>, the rules for users of Redis.
/// Pure; looks at a bounded number of characters.
/// </summary>
internal static class Protocols
{
    private const int Longest = 128;
    private const int Shortest = 6;

    /// <summary>What follows the word in sentences, and is no user.</summary>
    private static readonly HashSet<string> Told = new(
        ["user", "username", "account", "name", "from", "by", "for", "as", "at", "on", "with", "via", "to", "of", "failed", "failure",
            "succeeded", "success", "successful", "ok", "attempt", "attempts", "request", "session", "event", "id", "uid", "ip", "error"],
        StringComparer.OrdinalIgnoreCase);

    public static Found Find(string text, int start, int end, ReadOnlySpan<char> before) => text.AsSpan(start, end - start) switch
    {
        "AUTH" => Auth(text, end),
        "LOGIN" => Login(text, end, isTagged: before.Length is > 1 and <= 8 && Words.HasDigit(before)),
        "on" when Words.StartsAt(text, end, " >") => Rule(text, start, end + 2),
        _ => default,
    };

    /// <summary>
    /// <c>a1 LOGIN ann …</c>; without a tag a sentence may begin so, and the password has to be one for certain.
    /// </summary>
    private static Found Login(string text, int end, bool isTagged)
    {
        var user = Next(text, end);
        var behind = WordEnd(text, user);
        var found = Argument(text, behind);
        if (isTagged || found.End == 0)
            return found;
        var name = text.AsSpan(user, behind - user);
        var password = text.AsSpan(found.Start, found.End - found.Start);
        return name.ContainsAnyInRange('a', 'z') && !Told.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)
            && password.Length >= 8 && Words.IsJumbled(password) && !password.ContainsAny('.', '/')
            ? found
            : default;
    }

    private static Found Auth(string text, int end)
    {
        var word = Next(text, end);
        var name = text.AsSpan(word, WordEnd(text, word) - word);
        // Another word stands before it where a user or the way is told.
        return Argument(text, end) is { End: > 0 } found ? found
            : name is "default" or "PLAIN" or "LOGIN" or "XOAUTH2" or "OAUTHBEARER" ? Argument(text, word + name.Length) : default;
    }

    private static Found Argument(string text, int end)
    {
        var start = Next(text, end);
        var last = WordEnd(text, start);
        var word = text.AsSpan(start, last - start);
        return start > end
            && word.Length >= Shortest
            && Words.HasDigit(word)
            && word.ContainsAnyInRange('a', 'z')
            && !Words.IsObjectName(word)
            && !word.Contains('=') | word.EndsWith("=") && !word.Contains(':') && !Redactor.IsMarkAt(text, start)
            ? new(start, last, RedactionRules.Value)
            : default;
    }

    /// <summary><c>user ann on &gt;… ~* +@all</c></summary>
    private static Found Rule(string text, int start, int at)
    {
        var last = WordEnd(text, at);
        var isRule = text.AsSpan(Math.Max(0, start - 64), Math.Min(64, start)).Contains("user ", StringComparison.OrdinalIgnoreCase)
            && (last >= text.Length || text[last] == '\n'
            || (last + 1 < text.Length && text[last + 1] is '~' or '+' or '&' or '-' or 'a' or 'r'));
        return isRule && last - at >= 4 && Words.IsMixed(text.AsSpan(at, last - at)) && text.AsSpan(at, last - at).IndexOfAny("./[") < 0
            ? new(at, last, RedactionRules.Value)
            : default;
    }

    /// <summary>Behind the space, and behind the quotes between two arguments.</summary>
    private static int Next(string text, int at)
    {
        var next = at;
        while (next < text.Length && next - at < 16 && text[next] is ' ' or '"' or '\\' or ',')
            next++;
        return next;
    }

    private static int WordEnd(string text, int at)
    {
        var end = at;
        while (end < text.Length && end - at < Longest && !char.IsWhiteSpace(text[end]) && text[end] is not ('"' or '\'' or '\\' or ','))
            end++;
        return end;
    }
}
