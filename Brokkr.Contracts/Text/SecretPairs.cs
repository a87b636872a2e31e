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
            "code", "private-lines", "ssws", "ｐａｓｓ",
            "ｔｏｋｅｎ", "ｓｅｃｒｅｔ",
        ],
        StringComparison.OrdinalIgnoreCase);

    public static string Redact(string text, RedactionBudget budget)
    {
        budget.Steps += text.Length;
        if (!text.AsSpan().ContainsAny(Hints))
            return text;
        var (edits, at, before) = (new Edits(text, budget), 0, default(Range));
        while (at < text.Length)
        {
            if (text[at] == '[' && Redactor.IsMarkAt(text, at))
                at = text.IndexOf(']', at) + 1;
            else if (!IsKeyLetter(text[at]))
                at++;
            else
            {
                var start = at;
                while (at < text.Length && IsKeyLetter(text[at]))
                    at++;
                // A name of Amazon's has the word secret between its colons.
                if (Words.StartsAt(text, start, "arn:aws"))
                    at += Words.Run(text, at, ArnLetters);
                budget.Steps += at - start;
                var found = at - start <= LongestKey ? PairAt(text, start, at, text.AsSpan(before), budget) : default;
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

    private static Found PairAt(string text, int start, int end, ReadOnlySpan<char> before, RedactionBudget budget)
    {
        var name = text.AsSpan(start, end - start);
        if (name is "VALUES" or "values" && SqlValues.Find(text, start, end, budget) is { Count: > 0 } columns)
            return new(0, 0, RedactionRules.Value, columns);
        if (Announced.Find(text, start, end, before, budget) is { End: > 0 } announced)
            return announced;
        if (name.Equals("by", StringComparison.OrdinalIgnoreCase) && end + 1 < text.Length && text[end + 1] is '\'' or '"'
            && IsIdentified(text, start))
            return Quoted(text, end + 1, budget);
        var kind = SecretKeys.Of(name, before);
        if (kind == KeyKind.None)
            return name[^1] is 's' or 'S' && SecretKeys.Of(name[..^1], before) is KeyKind.Strict or KeyKind.Loose
                ? Listed(text, Separators.Behind(text, start, end), 1, budget)
                : default;
        budget.Steps += SecretValue.Decisive;
        return kind switch
        {
            KeyKind.Authorization or KeyKind.Cookie or KeyKind.Auth => Headers.Find(text, start, end, kind, budget),
            KeyKind.Bearer or KeyKind.Basic => Headers.FindScheme(text, start, end, kind),
            KeyKind.Phrase => Headers.FindPhrase(text, end),
            _ => Pair(text, start, end, kind, budget),
        };
    }

    private static Found Pair(string text, int start, int end, KeyKind kind, RedactionBudget budget)
    {
        var separator = Separators.Behind(text, start, end);
        if (separator.Form == SeparatorForm.None)
            return Sentences.Find(text, start, end, kind);
        // A single item is judged as a value is.
        if (kind != KeyKind.Weak && Listed(text, separator, 2, budget) is { More: not null } listed)
            return listed;
        var found = separator.Form == SeparatorForm.Block
            ? Blocks.Find(text, start, separator.End, kind)
            : SecretValue.Find(text, start, end, kind, separator);
        budget.Steps += found.End - found.Start;
        return found;
    }

    private static Found Listed(string text, Separator separator, int least, RedactionBudget budget) =>
        separator.Form is SeparatorForm.Equals or SeparatorForm.Colon && Lists.Find(text, separator.End, budget) is var items
            && items.Count >= least
            ? new(0, 0, RedactionRules.Value, items)
            : default;

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
