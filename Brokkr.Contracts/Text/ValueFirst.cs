namespace Brokkr.Contracts.Text;

/// <summary>
/// Finds values that stand before the name of what they are: <c>{"value":"…","name":"DB_PASSWORD"}</c>, in YAML and in attributes as well.
/// Pure; looks at a bounded number of characters.
/// </summary>
internal static class ValueFirst
{
    private const int MostPairs = 3;
    private const int Farthest = 160;

    private static readonly string[] Wrappers = ["Some(", "Ok(", "Just(", "Just ", "Optional("];

    /// <summary>What stands before the name of a thing.</summary>
    private static readonly HashSet<string> Names =
        new(["name", "key", "variable", "var", "field", "id", "property", "parameter", "param", "header", "parameterKey", "parameterName",
            "optionName", "variableName", "settingName"], StringComparer.OrdinalIgnoreCase);

    public static Found Find(string text, int start, int end, RedactionBudget budget)
    {
        var separator = Separators.Behind(text, start, end);
        if (separator.Form is not (SeparatorForm.Equals or SeparatorForm.Colon or SeparatorForm.Element or SeparatorForm.Block))
            return default;
        var block = separator.Form == SeparatorForm.Block ? Blocks.Find(text, start, separator.End, KeyKind.Strict) : default;
        var (first, last, isQuoted) = separator.Form == SeparatorForm.Block
            ? (block.Start, block.End, true)
            : SecretValue.Extent(text, start, separator);
        budget.Steps += Math.Max(0, last - first) + Farthest;
        if (last <= first || NameBehind(text, last) is not (var (from, to), var kind))
            return default;
        return ValueRules.IsSecret(text, text.AsSpan(from, to - from), '\0', first, last, kind, new(SeparatorForm.Equals, first), isQuoted)
            ? new(first, last, RedactionRules.Value)
            : default;
    }

    /// <summary><c>Some("…") password</c>, as programs print what may be absent.</summary>
    public static Found FindWrapped(string text, int start, RedactionBudget budget)
    {
        if (WrapperAt(text, start) is not (var wrapper and > 0, var slashes))
            return default;
        var first = start + wrapper + slashes + 1;
        var last = SecretValue.QuotedEnd(text, first, text[first - 1], slashes, Math.Min(text.Length, first + Farthest));
        budget.Steps += last - start;
        var value = text.AsSpan(first, last - first);
        var at = last + slashes + (text[start + wrapper - 1] == '(' ? 2 : 1);
        if (value.Length < 6 || !Words.IsJumbled(value) || at >= text.Length || text[at] != ' ')
            return default;
        var end = ++at + Words.Run(text, at, Words.Dotted, 32);
        return SecretKeys.Of(text.AsSpan(at, end - at), "") == KeyKind.Strict && Separators.Behind(text, at, end).Form == SeparatorForm.None
            ? new(first, last, RedactionRules.Value)
            : default;
    }

    /// <summary>
    /// How long what languages write before a quoted text that may be absent is, and how many backslashes follow; nothing where none stands
    /// here.
    /// </summary>
    public static (int Length, int Slashes) WrapperAt(string text, int at)
    {
        foreach (var wrapper in Wrappers)
        {
            var behind = at + wrapper.Length;
            if (Words.StartsAt(text, at, wrapper) && Words.Run(text, behind, Words.Slashes, 16) is var slashes
                && behind + slashes < text.Length && text[behind + slashes] is '"' or '\'')
                return (wrapper.Length, slashes);
        }

        return default;
    }

    /// <summary>Whether the word here is introduced as a name: <c>"name":"…</c>.</summary>
    public static bool IsNamed(string text, int start)
    {
        var at = start;
        while (at > 0 && start - at < 16 && text[at - 1] is '"' or '\'' or '\\' or ' ' or ':' or '=')
            at--;
        var length = Words.RunBefore(text, at, Words.Alphanumeric, 12);
        return at < start && Names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text.AsSpan(at - length, length));
    }

    /// <summary>Behind this pair and what separates it from the next; -1 where no further pair of the same thing follows.</summary>
    public static int NextPair(string text, int at, int limit)
    {
        while (at < limit && text[at] is ' ' or '\t' or ',' or ';' or '\n' or '"' or '\'' or '\\' or '<' or '/' or ':')
        {
            // Another item of a list, and the end of an element.
            if (text[at] == '\n' && Blocks.IsItem(text, at + 1))
                return -1;
            at = Words.StartsAt(text, at, "</") && text.IndexOf('>', at, limit - at) is var close and > 0 ? close + 1 : at + 1;
        }

        return at < limit && char.IsAsciiLetter(text[at]) ? at : -1;
    }

    /// <summary>Where the value of the pair begins, and the quote before it if there is one; -1 where this is no pair.</summary>
    public static int ValueOf(string text, int at, int limit)
    {
        at += Words.Run(text, at, Words.Dotted, 32);
        while (at < limit && text[at] is '"' or '\'' or '\\' or ' ')
            at++;
        if (at >= limit || text[at] is not (':' or '=' or '>'))
            return -1;
        at += Words.StartsAt(text, at, "=>") ? 2 : 1;
        while (at < limit && text[at] is ' ' or '\\')
            at++;
        return at < limit ? at : -1;
    }

    private static ((int Start, int End), KeyKind)? NameBehind(string text, int at)
    {
        var limit = Math.Min(text.Length, at + Farthest);
        for (var pair = 0; pair < MostPairs; pair++)
        {
            at = NextPair(text, at, limit);
            if (at < 0)
                return null;
            var word = text.AsSpan(at, Words.Run(text, at, Words.Alphanumeric, 32));
            var value = ValueOf(text, at, limit);
            if (value < 0)
                return null;
            var quote = text[value] is '"' or '\'' ? 1 : 0;
            var length = Words.Run(text, value + quote, Words.Dotted, limit - value - quote);
            if (Names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word))
                return SecretKeys.Of(text.AsSpan(value + quote, length), "") is var kind and not KeyKind.None
                    && IsWhole(text, value, quote, value + quote + length)
                    ? ((value + quote, value + quote + length), Judged(kind))
                    : null;
            at = quote > 0 ? SecretValue.QuotedEnd(text, value + 1, text[value], 16, limit)
                : text[value - 1] == ' ' && text.AsSpan(value, limit - value).IndexOfAny(",\n}") is var rest and >= 0 ? value + rest
                : value + length;
        }

        return null;
    }

    /// <summary>In <c>name: Password reset</c> it is the word of a sentence.</summary>
    private static bool IsWhole(string text, int value, int quote, int end) =>
        end >= text.Length || (quote > 0 ? text[end] is '"' or '\'' or '\\' : text[end] != ' ' || text[value - 1] != ' ');

    private static KeyKind Judged(KeyKind kind) => kind switch
    {
        KeyKind.Cookie or KeyKind.Phrase => KeyKind.Strict,
        KeyKind.Authorization or KeyKind.Auth or KeyKind.Bearer or KeyKind.Basic => KeyKind.Loose,
        _ => kind,
    };
}
