using System.Buffers;
using static Brokkr.Contracts.Text.RedactionRules;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Takes tokens out that name themselves, by how they begin or what stands in their middle, and secrets beside the id of their key. Linear.
/// </summary>
internal static class KnownTokens
{
    /// <summary>Whether something is a token is decided by so much of it.</summary>
    private const int Decisive = 64;

    /// <summary>How far behind the id of a key its secret may stand.</summary>
    private const int Neighbourhood = 160;

    /// <summary>Words in the middle of tokens: what stands before and behind belongs to them.</summary>
    private static readonly Infix[] Infixes =
    [
        new(Vendor, ".atlasv1.", Words.Alphanumeric, 14, 14, Words.Url, 40), new(GoogleKey, ":APA91b", Words.Url, 8, 40, Words.Url, 60),
        new(Vendor, ":AA", Words.Hex, 8, 12, Words.Url, 30), new(Vendor, "NRAL", Words.Hex, 32, 40, Words.Alphanumeric, 0),
        new(Vendor, "-us", Words.Hex, 32, 32, Words.Hex, 1),
    ];

    private static readonly TokenForm[][] ByLetter =
        [.. Enumerable.Range(0, 128).Select(c => TokenForm.All.Where(f => f.Prefix[0] == c).ToArray())];

    private static readonly SearchValues<string> Beginnings = SearchValues.Create(
        [.. TokenForm.All.Select(f => f.Prefix), .. Infixes.Select(i => i.Word), "LS0tLS1CRUdJTi", "AC"], StringComparison.Ordinal);

    private static readonly SearchValues<string> Claims = SearchValues.Create(
        ["\"sub\":", "\"iss\":", "\"exp\":", "\"iat\":", "\"aud\":", "\"jti\":", "\"alg\":", "\"k\":\"", "\"auths\":"],
        StringComparison.Ordinal);

    public static string Redact(string text, RedactionBudget budget)
    {
        var (edits, from, secret) = (new Edits(text, budget), 0, default(Found));
        while (from < text.Length && text.AsSpan(from).IndexOfAny(Beginnings) is var hit and >= 0)
        {
            var at = from + hit;
            budget.Steps += hit + 1;
            if (secret.End > secret.Start && at >= secret.Start)
            {
                from = secret.Start >= edits.Done ? edits.Replace(secret.Start, secret.End, secret.Rule) : from;
                secret = default;
                continue;
            }

            var (start, end, rule) = FoundAt(text, at, edits.Done);
            budget.Steps += end > start ? end - start : Decisive;
            from = end > start ? edits.Replace(start, end, rule) : at + 1;
            if (end > start && rule == AwsKey)
                secret = SecretBehind(text, from, Words.Base64, 40, AwsSecret) ?? secret;
            else if (end == start && IsAccountAt(text, at))
                secret = SecretBehind(text, at + 34, Words.Hex, 32, Vendor) ?? secret;
        }

        if (secret.End > secret.Start && secret.Start >= edits.Done)
            edits.Replace(secret.Start, secret.End, secret.Rule);
        budget.Steps += text.Length - Math.Min(from, text.Length);
        return edits.Result();
    }

    private static (int Start, int End, string Rule) FoundAt(string text, int at, int done)
    {
        foreach (var form in text[at] < 128 ? ByLetter[text[at]] : [])
        {
            if (!Words.StartsAt(text, at, form.Prefix)
                || (form.StandsAlone && at > done && (char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] is '_' or '-')))
                continue;
            var body = at + form.Prefix.Length;
            var length = Words.Run(text, body, form.Alphabet, Math.Min(form.Most, Math.Max(Decisive, form.Least)));
            if (form.Rule == Jwt)
            {
                if (EndOfJwt(text, body) is var end and > 0)
                    return (at, end, Jwt);
            }
            else if (length >= form.Least && (!form.HasDigit || Words.HasDigit(text.AsSpan(body, length))))
            {
                var end = body + Words.Run(text, body, form.Alphabet, form.Most);
                // Where the length is known, what is longer is something else.
                if (!(form.StandsAlone && form.Most < int.MaxValue && IsGlued(text, end)))
                    return (at, text[end - 1] == '.' ? end - 1 : end, form.Rule);
            }
        }

        foreach (var infix in Infixes)
        {
            if (!Words.StartsAt(text, at, infix.Word))
                continue;
            var before = Words.RunBefore(text, at, infix.Before, Math.Min(infix.Most, at - done));
            var behind = at + infix.Word.Length;
            if (before >= infix.Least && Words.Run(text, behind, infix.Behind, Decisive) >= infix.Following)
                return (at - before, behind + Words.Run(text, behind, infix.Behind), infix.Rule);
        }

        return Words.StartsAt(text, at, "LS0tLS1CRUdJTi")
            && Words.Decoded(text.AsSpan(at, Words.Run(text, at, Words.Base64, 48) / 4 * 4))?.Contains("PRIVATE KEY",
            StringComparison.Ordinal) == true
            ? (at, at + Words.Run(text, at, Words.Base64), Pem)
            : (at, at, "");
    }

    /// <summary>
    /// Three parts; or a single one that says what it claims. A signature may go on in the next line. -1 where it is none.
    /// </summary>
    private static int EndOfJwt(string text, int body)
    {
        var first = Words.Run(text, body, Words.Url, 4 * Decisive);
        var end = body + first;
        if (first < 5)
            return -1;
        if (end < text.Length && text[end] == '.' && Words.Run(text, end + 1, Words.Url, 5) == 5)
        {
            var (parts, last) = (0, end);
            for (; last < text.Length && text[last] == '.'; parts++)
                last += 1 + Words.Run(text, last + 1, Words.Url);
            var next = last < text.Length && text[last] == '\n' ? Words.Run(text, last + 1, Words.Url) : 0;
            var isCut = next >= 16 && parts >= 2 && (last + 1 + next == text.Length || text[last + 1 + next] == '\n')
                && Words.IsMixed(text.AsSpan(last + 1, next));
            return isCut ? last + 1 + next : last;
        }

        return Words.Decoded(text.AsSpan(body - 3, (first + 3) / 4 * 4)) is { } json && json.AsSpan().ContainsAny(Claims)
            ? body + Words.Run(text, body, Words.AnyBase64)
            : -1;
    }

    private static bool IsGlued(string text, int end) =>
        end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || Redactor.IsMarkAt(text, end));

    /// <summary>The id of an account at Twilio.</summary>
    private static bool IsAccountAt(string text, int at) =>
        Words.StartsAt(text, at, "AC") && Words.Run(text, at + 2, Words.Hex, 33) == 32
            && (at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]));

    /// <summary>The next run of just so many characters of an alphabet, in this line or the next.</summary>
    private static Found? SecretBehind(string text, int from, SearchValues<char> alphabet, int length, string rule)
    {
        var (limit, lines) = (Math.Min(text.Length, from + Neighbourhood), 0);
        for (var i = from; i < limit; i++)
        {
            if (text[i] == '\n' && ++lines > 1)
                return null;
            if (!alphabet.Contains(text[i]) || (text[i] is '=' && i > from))
                continue;
            var run = Words.Run(text, i, alphabet, length + 1);
            if (run == length && Words.IsMixed(text.AsSpan(i, run)) && !char.IsAsciiLetterOrDigit(text[i - 1]) && !IsGlued(text, i + run))
                return new(i, i + run, rule);
            i += Words.Run(text, i, Words.Alphanumeric, Neighbourhood);
        }

        return null;
    }

    private sealed record Infix(string Rule, string Word, SearchValues<char> Before, int Least, int Most, SearchValues<char> Behind,
        int Following);
}
