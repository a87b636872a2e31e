namespace Brokkr.Contracts.Text;

/// <summary>How a value begins: bare, behind a quote, or within something that wraps it.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="Quote">The quote that ends it; none where it has none.</param>
/// <param name="Depth">How many backslashes stand before that quote.</param>
/// <param name="Closing">The text that ends it instead of a single quote.</param>
internal readonly record struct Opening(int Start, char Quote = '\0', int Depth = 0, string Closing = "")
{
    private const int MostSteps = 4;

    /// <summary>What languages write around a value.</summary>
    private static readonly HashSet<string> Wrappers = new(StringComparer.OrdinalIgnoreCase)
    {
        "some", "ok", "just", "secret", "secretstr", "secretstring", "secretvalue", "sensitive", "string", "str", "text", "value",
        "optional", "option", "nullable", "hidden", "protected",
        "password", "new", "bytes", "jsonstring", "basicstring", "sqlstring", "opt", "maybe", "right", "valid",
    };

    private static readonly System.Buffers.SearchValues<char> Stars = System.Buffers.SearchValues.Create("*");

    public bool IsQuoted => Quote != '\0' || Closing.Length > 0;

    public static Opening At(string text, int at, bool inElement)
    {
        const string Data = "<![CDATA[";
        if (inElement)
            return Words.StartsAt(text, at, Data) ? new(at + Data.Length, Closing: "]]>") : new(at);
        for (var steps = 0; steps < MostSteps; steps++)
        {
            if (Quoted(text, at) is { } quoted)
                return quoted;
            var next = Inside(text, at);
            if (next == at)
                break;
            at = next;
        }

        return new(at);
    }

    private static Opening? Quoted(string text, int at)
    {
        var slashes = at;
        while (slashes < text.Length && slashes - at < 32 && text[slashes] == '\\' && Separators.QuoteAt(text, slashes) == 0)
            slashes++;
        var length = Separators.QuoteAt(text, slashes);
        if (length == 0)
            return null;
        if (length > 1)
            return new(slashes + length, Closing: text.Substring(slashes, length));
        var three = new string(text[slashes], 3);
        return slashes == at && Words.StartsAt(text, at, three) && at + 3 < text.Length && text[at + 3] != text[at]
            ? new(at + 3, Closing: three)
            : new(slashes + 1, text[slashes], slashes - at);
    }

    /// <summary>Behind <c>Some(</c>, <c>[</c>, or the letter before a quote; here, where there is none of them.</summary>
    private static int Inside(string text, int at)
    {
        if (at >= text.Length)
            return at;
        if (text[at] == '[' && !Redactor.IsMarkAt(text, at) && at + 1 < text.Length)
            return Separators.QuoteAt(text, at + 1) > 0 || IsRandom(text, at + 1) ? at + 1 : at;
        if ((text[at] == '(' || Words.StartsAt(text, at, "<*")) && BehindTypes(text, at) is var typed && typed > at)
            return typed;
        if (text[at] is '&' or '@' or '$' && at + 1 < text.Length && text[at + 1] is '"' or '\'')
            return at + 1;
        var word = Words.Run(text, at, Words.Alphanumeric, 16);
        if (word == 0 || at + word >= text.Length)
            return Words.StartsAt(text, at, "!!") ? BehindTag(text, at) : at;
        if (word <= 2 && text[at + word] is '"' or '\'' && "bBuUrRfFnNeE".Contains(text[at]))
            return at + word;
        if (text[at + word] == '(' && char.IsAsciiLetterUpper(text[at]) && at + word + 1 < text.Length
            && text[at + word + 1] is '"' or '\'')
            return at + word + 1;
        if (Words.StartsAt(text, at + word, "::") && text.AsSpan(at + word, Math.Min(24, text.Length - at - word)).IndexOf('(') is var call
            and > 0 && Separators.QuoteAt(text, at + word + call + 1) > 0)
            return at + word + call + 1;
        if (text[at + word] == ' ' && Separators.QuoteAt(text, at + word + 1) > 0
            && text.AsSpan(at, word) is "Just" or "Some" or "Right" or "Ok")
            return at + word + 1;
        return text[at + word] is '(' or '[' && !Redactor.IsMarkAt(text, at + word)
            && Wrappers.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text.AsSpan(at, word)) ? at + word + 1 : at;
    }

    /// <summary>
    /// Behind types and addresses as programs print them before a text: <c>(*string)(0xc000) "…"</c>, <c>&lt;*&gt;(0xc000)…</c>.
    /// </summary>
    private static int BehindTypes(string text, int at)
    {
        var end = at;
        if (text[at] == '<')
        {
            end += 1 + Words.Run(text, at + 1, Stars, 4);
            if (end >= text.Length || text[end++] != '>')
                return at;
        }

        for (var i = 0; i < 3 && end < text.Length && text[end] == '('; i++)
        {
            if (text.IndexOf(')', end, Math.Min(32, text.Length - end)) is not (var close and > 0)
                || !IsType(text.AsSpan(end + 1, close - end - 1)))
                return at;
            end = close + 1;
            if (end < text.Length && text[end] == ' ')
                end++;
        }

        return Separators.QuoteAt(text, end + Words.Run(text, end, Words.Slashes, 16)) == 1 || IsBareText(text, end) ? end : at;
    }

    /// <summary>Whether a text without quotes stands here that is neither a word nor an address.</summary>
    private static bool IsBareText(string text, int at)
    {
        var run = text.AsSpan(at, Words.Run(text, at, Words.Dotted, 64));
        return run.Length >= 6 && Words.HasDigit(run) && Words.HasLetter(run) && !run.StartsWith("0x") && !Words.IsObjectName(run);
    }

    private static bool IsType(ReadOnlySpan<char> inner) =>
        inner.StartsWith("0x") || inner.StartsWith("len=") || !inner.TrimStart('*').ContainsAnyExcept(Words.Letters);

    /// <summary>The type of a value in YAML: <c>!!str …</c>.</summary>
    private static int BehindTag(string text, int at)
    {
        var end = at + 2 + Words.Run(text, at + 2, Words.Alphanumeric, 16);
        return end < text.Length && text[end] == ' ' ? end + 1 : at;
    }

    /// <summary>A header in a map of Go's: <c>map[X-Api-Key:[…]]</c>.</summary>
    private static bool IsRandom(string text, int at)
    {
        var run = text.AsSpan(at, Words.Run(text, at, Words.Dotted, 64));
        return run.Length >= 8 && Words.HasDigit(run) && Words.HasLetter(run);
    }
}
