using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Takes the values out that their keys give away: <c>db_password=…</c>, <c>"token": "…"</c>, <c>--api-key …</c>, <c>&lt;secret&gt;…</c>, a
/// name and its value, a block of YAML. Decides on the key first, then on the first characters of the value, and reads a long value once.
/// Linear.
/// </summary>
internal static class SecretPairs
{
    /// <summary>Longer ones are no keys.</summary>
    private const int LongestKey = 128;

    private static readonly SearchValues<char> ArnLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/_+=.@-");

    private static readonly SearchValues<string> Hints = SearchValues.Create(
        [
            "pass", "pwd", "pw", "secret", "token", "key", "cred", "sig", "auth", "cookie", "bearer", "basic", "sess", "sid", "kennwort",
            "senha", "contrase", "wachtwoord", "пароль", "psk",
            "otp", "mnemonic", "phrase", "identified", "motdepasse", "webhook", "mfa", "community", "salt",
            "code", "private-lines", "ssws", " on >", "login ", "ｐａｓｓ",
            "ｔｏｋｅｎ", "ｓｅｃｒｅｔ",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <param name="given">The text that is copied.</param>
    /// <param name="text">The same, as it is to be read.</param>
    /// <param name="budget">Pays for it.</param>
    public static string Redact(string given, string text, RedactionBudget budget)
    {
        budget.Steps += text.Length;
        var hasUnseen = text.AsSpan().ContainsAny(Unseen.Signs);
        if (!hasUnseen && !text.AsSpan().ContainsAny(Hints))
            return given;
        var (edits, at, before) = (new Edits(given, budget), 0, default(Range));
        while (at < text.Length)
        {
            if (text[at] == '[' && Redactor.IsMarkAt(text, at))
                at = text.IndexOf(']', at) + 1;
            else if (!IsKeyLetter(text[at]))
                at += hasUnseen ? Math.Max(1, Unseen.LengthAt(text, at)) : 1;
            else
            {
                var (start, isParted) = (at, false);
                while (at < text.Length && IsKeyLetter(text[at]))
                {
                    at++;
                    if (hasUnseen && BehindUnseen(text, at) is var next && next > at)
                        (at, isParted) = (next, true);
                }

                // A name of Amazon's has the word secret between its colons.
                if (Words.StartsAt(text, start, "arn:aws"))
                    at += Words.Run(text, at, ArnLetters);
                budget.Steps += at - start;
                var found = at - start <= LongestKey ? PairAt(text, start, at, text.AsSpan(before), budget, isParted) : default;
                // An escape before a name is none of its letters.
                before = at < text.Length && text[at] == ' ' ? start..at : default;
                if (found.End > found.Start)
                    at = edits.Replace(found.Start, found.End, found.Rule);
                foreach (var value in found.More ?? [])
                    at = edits.Replace(value.Start, value.End, found.Rule);
            }
        }

        return edits.Result();
    }

    private static bool IsKeyLetter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' || (c > 127 && char.IsLetter(c));

    /// <summary>Behind characters that are not to be seen and part a name; here, where none do.</summary>
    private static int BehindUnseen(string text, int at)
    {
        var end = at;
        while (end - at < LongestKey && Unseen.LengthAt(text, end) is var unseen and > 0)
            end += unseen;
        return end < text.Length && IsKeyLetter(text[end]) ? end : at;
    }

    private static Found PairAt(string text, int start, int end, ReadOnlySpan<char> before, RedactionBudget budget, bool isParted)
    {
        var name = isParted ? Unseen.Without(text, start, end) : text.AsSpan(start, end - start);
        if ((name is "val" || name.EndsWith("value", StringComparison.OrdinalIgnoreCase))
            && ValueFirst.Find(text, start, end, budget) is { End: > 0 } first)
            return first;
        if (name is "Some" or "Ok" or "Just" or "Optional" && ValueFirst.FindWrapped(text, start, budget) is { End: > 0 } wrapped)
            return wrapped;
        if (name is "VALUES" or "values" && SqlValues.Find(text, start, end, budget) is { Count: > 0 } columns)
            return new(0, 0, RedactionRules.Value, columns);
        if (Announced.Find(text, start, end, before, budget) is { End: > 0 } announced)
            return announced;
        if (Protocols.Find(text, start, end, before) is { End: > 0 } told)
            return told;
        if (name.Equals("by", StringComparison.OrdinalIgnoreCase) && end + 1 < text.Length && text[end + 1] is '\'' or '"'
            && IsIdentified(text, start))
            return Quoted(text, end + 1, budget);
        var kind = SecretKeys.Of(name, before);
        if (kind == KeyKind.None && name.Equals("key", StringComparison.OrdinalIgnoreCase)
            && ValueRules.ApiKeyAt(text, Separators.Behind(text, start, end)) is { End: > 0 } api)
            return api;
        if (kind == KeyKind.None)
            return name[^1] is 's' or 'S' && SecretKeys.Of(name[..^1], before) is (KeyKind.Strict or KeyKind.Loose) and var single
                ? Listed(text, start, Separators.Behind(text, start, end), ListRule.Of(single, name), budget, isPlural: true) ?? default
                : default;
        budget.Steps += SecretValue.Decisive;
        return kind switch
        {
            KeyKind.Authorization or KeyKind.Cookie or KeyKind.Auth => Headers.Find(text, start, end, kind, budget),
            KeyKind.Bearer or KeyKind.Basic => Headers.FindScheme(text, start, end, kind),
            KeyKind.Phrase => Headers.FindPhrase(text, end),
            _ => Pair(text, start, end, kind, before, budget),
        };
    }

    private static Found Pair(string text, int start, int end, KeyKind kind, ReadOnlySpan<char> before, RedactionBudget budget)
    {
        var separator = Separators.Behind(text, start, end);
        if (separator.Form == SeparatorForm.None)
            return Sentences.Find(text, start, end, kind, before);
        if (kind != KeyKind.Weak
            && Listed(text, start, separator, ListRule.Of(kind, text.AsSpan(start, end - start)), budget) is { } listed)
            return listed;
        var found = separator.Form == SeparatorForm.Block
            ? Blocks.Find(text, start, separator.End, kind)
            : SecretValue.Find(text, start, end, kind, separator);
        budget.Steps += found.End - found.Start;
        return found;
    }

    /// <summary>The secrets of a list; null where it holds none.</summary>
    private static Found? Listed(
        string text, int key, Separator separator, ListRule rule, RedactionBudget budget, bool isPlural = false)
    {
        var items = separator.Form switch
        {
            SeparatorForm.Equals or SeparatorForm.Colon => Lists.Find(text, separator.End, rule, budget),
            SeparatorForm.Block => Lists.FindBlock(text, key, separator.End, rule, budget),
            _ => [],
        };
        if (items.Count == 0 && isPlural && separator.Form is SeparatorForm.Equals or SeparatorForm.Colon)
            items = Lists.FindBare(text, separator.End, rule, budget);
        return items.Count > 0 ? new(0, 0, RedactionRules.Value, items) : null;
    }

    /// <summary><c>identified by</c>, and the way between as well.</summary>
    private static bool IsIdentified(string text, int at) =>
        text.AsSpan(Math.Max(0, at - 48), Math.Min(48, at)).Contains("identified", StringComparison.OrdinalIgnoreCase);

    private static Found Quoted(string text, int quote, RedactionBudget budget)
    {
        var end = SecretValue.QuotedEnd(text, quote + 1, text[quote], 0, text.Length);
        budget.Steps += end - quote;
        return end == quote + 1 || Redactor.IsMark(text.AsSpan(quote + 1, end - quote - 1))
            ? default
            : new(quote + 1, end, RedactionRules.Value);
    }
}

/// <summary>A passage to take out, nothing where it is empty, and others behind it.</summary>
internal readonly record struct Found(int Start, int End, string Rule, IReadOnlyList<(int Start, int End)>? More = null);
