using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Takes the values out that their keys give away: <c>db_password=…</c>, <c>"token": "…"</c>, <c>--api-key …</c>, <c>&lt;secret&gt;…</c>, a name and
/// its value. A key counts when the word ends it, so that <c>passwords=0</c> stays. Never looks beyond the line. Pure, linear.
/// </summary>
internal static class SecretPairs
{
    private const string Rule = "secret_value";

    /// <summary>Of keys other than passwords, shorter values are flags and counts, not secrets.</summary>
    private const int ShortestValue = 4;

    /// <summary>Methods have shorter ones.</summary>
    private const int ShortestSignature = 16;

    private const string Strict = "password|passwd|passphrase|pwd|secret|secret[_-]?key([_-]?base)?|secret[_-]?access[_-]?key|client[_-]?secret";
    private const string Loose =
        "token|api[_-]?key|access[_-]?key|account[_-]?key|shared[_-]?access[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|client-key-data|credentials?|signature";

    /// <summary>Words that stand where a value would, and say that there is none, or how it is.</summary>
    private static readonly HashSet<string> NoValues = new(StringComparer.OrdinalIgnoreCase)
    {
        "null", "none", "nil", "true", "false", "undefined", "yes", "no", "on", "off", "ok", "empty", "set", "unset", "missing", "required", "optional",
        "expired", "invalid", "valid", "wrong", "incorrect", "revoked", "unknown", "rejected", "verified", "refreshed", "created", "updated", "deleted", "rotated", "changed",
        "loaded", "found", "failed", "failure", "denied", "accepted", "enabled", "disabled", "present", "absent", "mismatch", "redacted", "hidden", "masked",
        "string", "include", "omit", "same-origin", "authentication", "not", "is", "was", "the", "a",
    };

    /// <summary>A key, and everything up to its value. In SQL the quote belongs to it.</summary>
    private static readonly Regex Key = new(
        @"[a-z0-9_.-]*((?<strict>" + Strict + ")|(?<loose>" + Loose + @"))\\*[""'\]]?[ \t]*(?<separator>(:=|=>|[:=])[ \t]*)"
        + "|--[a-z0-9-]*((?<strict>" + Strict + ")|(?<loose>" + Loose + @"))(?<separator>[ \t]+)"
        + "|<[a-z0-9:_.-]*((?<strict>" + Strict + ")|(?<loose>" + Loose + "))>"
        + @"|\b(?<strict>password|identified[ \t]+by)[ \t]+'"
        + @"|name\\*[""']?[ \t]*[:=][ \t]*\\*[""']?[a-z0-9_.-]*((?<strict>" + Strict + ")|(?<loose>" + Loose
        + @"))\\*[""']?[ \t]*,?[ \t]*\n?[ \t]*\\*[""']?value\\*[""']?(?<separator>[ \t]*[:=][ \t]*)",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    private static readonly SearchValues<string> Cursors =
        SearchValues.Create(["page", "next", "continu", "cursor", "sync", "resume"], StringComparison.OrdinalIgnoreCase);

    /// <summary>What others leave in the place of a secret.</summary>
    private static readonly SearchValues<char> Blots = SearchValues.Create("*.-•xX");

    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-./");

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ…");

    public static string Redact(string text, IDictionary<string, int> counts)
    {
        StringBuilder? kept = null;
        var (copied, from) = (0, 0);
        while (from < text.Length && Key.Match(text, from) is { Success: true } key)
        {
            var (start, end) = ValueAt(text, key.Index + key.Length - (key.ValueSpan[^1] == '\'' ? 1 : 0), text[key.Index] == '<');
            // A key may be the value of another one.
            from = Math.Max(key.Index + key.Length, start);
            if (end <= start || !IsSecret(text, key, start, end))
                continue;
            (kept ??= new(text.Length)).Append(text, copied, start - copied).Append(Redactor.MarkOf(Rule));
            (copied, from) = (end, end);
            Redactor.Count(counts, Rule);
        }

        return kept is null ? text : kept.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Where the value is that begins here or behind a quote.</summary>
    private static (int Start, int End) ValueAt(string text, int at, bool inElement)
    {
        var slashes = at;
        while (slashes < text.Length && text[slashes] == '\\')
            slashes++;
        if (inElement)
            return (at, EndWhere(text, at, static c => c is '<' or '\n'));
        if (slashes < text.Length && (text[slashes] is '"' or '\'' or '`'))
            return (slashes + 1, QuotedEnd(text, slashes + 1, text[slashes], slashes - at));
        return (at, IsElsewhere(text.AsSpan(at)) ? at : BareEnd(text, at));
    }

    /// <summary>The next quote of the same kind that has no more backslashes before it than the first; the end of the line where there is none.</summary>
    private static int QuotedEnd(string text, int at, char quote, int depth)
    {
        var slashes = 0;
        for (var i = at; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\')
                slashes++;
            else if (text[i] == quote && slashes <= depth)
                return i - slashes;
            else
                slashes = 0;
        }

        return EndWhere(text, at, static c => c == '\n');
    }

    /// <summary>The end of a value without quotes: a space, an escaped end of line, or punctuation with nothing of the value behind it.</summary>
    private static int BareEnd(string text, int at)
    {
        for (var i = at; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c) || (c == '\\' && IsEscapedEnd(text, i)))
                return i;
            if (c is '[' && Redactor.IsMarkAt(text, i))
                i = text.IndexOf(']', i);
            else if ((c is ',' or ';' or '&' or '(' or ')' or '{' or '}' or '[' or ']' or '"' or '\'' or '`' or '<' or '>' or '|') && IsEnd(text, i))
                return i;
        }

        return text.Length;
    }

    private static bool IsEscapedEnd(string text, int at) =>
        at + 1 < text.Length && (text[at + 1] is 'n' or 'r' or 't' || string.CompareOrdinal(text, at, @"\x0a", 0, 4) == 0 || string.CompareOrdinal(text, at, @"\x0d", 0, 4) == 0
            || (text[at + 1] is '"' or '\'' && IsEnd(text, at + 1)));

    private static bool IsEnd(string text, int at)
    {
        var next = at + 1;
        if (next >= text.Length || !(char.IsLetterOrDigit(text[next]) || text[next] is '!' or '#' or '$' or '%' or '*' or '+' or '-' or '/' or '.' or '@' or '_' or '^' or '~' or '?'))
            return next >= text.Length || char.IsWhiteSpace(text[next]) || text[at] is not ('(' or '{' or '[') || text[next] is not ('(' or '{' or '[');
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

    private static int EndWhere(string text, int at, Func<char, bool> isEnd)
    {
        while (at < text.Length && !isEnd(text[at]))
            at++;
        return at;
    }

    private static bool IsSecret(string text, Match key, int start, int end)
    {
        var value = text.AsSpan(start, end - start);
        if (Redactor.IsMark(value) || NoValues.GetAlternateLookup<ReadOnlySpan<char>>().Contains(value.TrimEnd('.')) || !value.ContainsAnyExcept(Blots))
            return false;
        if (IsElsewhere(value))
            return false;
        var isQuoted = start > 0 && (text[start - 1] is '"' or '\'' or '`');
        var word = key.Groups["strict"];
        var separator = key.Groups["separator"].ValueSpan;
        if (word.Success)
        {
            if (word.ValueSpan.Equals("pwd", StringComparison.OrdinalIgnoreCase) && (value[0] is '/' or '~'))
                return false;
            if (value.Length < ShortestValue && !value.ContainsAnyExceptInRange('0', '9'))
                return false;
            if (key.ValueSpan.StartsWith("secret", StringComparison.OrdinalIgnoreCase) && word.Length == "secret".Length && IsName(value))
                return false;
        }
        else if (value.Length < (key.Groups["loose"].ValueSpan.Equals("signature", StringComparison.OrdinalIgnoreCase) ? ShortestSignature : ShortestValue) || IsCursor(key))
        {
            return false;
        }

        // In a sentence, as in "invalid token: too many parts" or "see --token for more", the next word is no value.
        var isWord = !value.ContainsAnyExcept(Letters);
        var isAfterSpace = separator.Length > 0 && (separator[^1] is ' ' or '\t') && !isQuoted && !separator.Contains('=');
        if (isWord && isAfterSpace && separator.IndexOf(':') < 0)
            return false;
        return !(isAfterSpace && isWord && !IsPassword(word) && (end + 1 >= text.Length ? value.EndsWith("…") : text[end] == ' ' && !char.IsWhiteSpace(text[end + 1])));
    }

    /// <summary>What stands for a value that is elsewhere, and what begins a structure.</summary>
    private static bool IsElsewhere(ReadOnlySpan<char> value) =>
        value is ['$', '{' or '(', ..] or ['%', '(', ..] or ['{' or '(' or '<', ..] || (value is ['[', ..] && !Redactor.IsMarkAt(value, 0));

    /// <summary>Kubernetes calls a Secret so, as in <c>prod/db-tls</c>.</summary>
    private static bool IsName(ReadOnlySpan<char> value) => value.Count('/') == 1 && !value.ContainsAnyExcept(NameLetters);

    /// <summary>What lists are continued with is called a token too.</summary>
    private static bool IsCursor(Match key) =>
        key.Groups["loose"].ValueSpan.Equals("token", StringComparison.OrdinalIgnoreCase) && key.ValueSpan.ContainsAny(Cursors);

    private static bool IsPassword(Group word) => word.Success && word.ValueSpan.StartsWith("pass", StringComparison.OrdinalIgnoreCase);
}
