using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Finds the secrets of a list: <c>"tokens": ["…", "…"]</c>, on one line or several, <c>[]string{"…"}</c>, and the sequences of YAML. Pure;
/// looks at a bounded number of characters.
/// </summary>
internal static class Lists
{
    private const int Longest = 4096;
    private const int LongestBlock = 2048;
    private const int MostItems = 256;

    private static readonly string[] Types = ["list.of", "set.of", "aslist", "array", "list", "set", "tuple"];
    private static readonly SearchValues<char> ItemEnds = SearchValues.Create(" \t\n,])}\"'");
    private static readonly SearchValues<char> BareEnds = SearchValues.Create(" \t\n,;\"'&");
    private static readonly SearchValues<char> TypeLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.*%");

    /// <param name="text">The text.</param>
    /// <param name="at">Where the list begins, if one does.</param>
    /// <param name="rule">What an item has to be.</param>
    /// <param name="budget">Pays for what is looked at.</param>
    public static IReadOnlyList<(int Start, int End)> Find(string text, int at, ListRule rule, RedactionBudget budget)
    {
        var item = Opened(text, at);
        if (item < 0)
            return [];
        var (found, limit, isBracket) = (new List<(int, int)>(), Math.Min(text.Length, at + Longest), text[item - 1] == '[');
        while (item < limit && found.Count < MostItems)
        {
            while (item < limit && text[item] is ' ' or '\t' or '\n' or ',')
                item++;
            var quote = QuoteAt(text, item);
            if (item >= limit || quote < 0 && (!isBracket || text[item] is '[' or '{' or '(' or '<'))
                break;
            var first = quote < 0 ? item : quote + 1;
            var last = quote >= 0
                ? SecretValue.QuotedEnd(text, first, text[quote], DepthOf(text, quote, item), limit)
                : text.AsSpan(first, limit - first).IndexOfAny(ItemEnds) is var end and >= 0 ? first + end : limit;
            if (last >= limit || last == first && quote < 0 || (quote < 0 && text.AsSpan(first, last - first).ContainsAny("[{(=:")))
                break;
            if (rule.IsSecret(text.AsSpan(first, last - first)))
                found.Add((first, last));
            item = last;
            while (quote >= 0 && item < limit && (text[item] == '\\' || text[item] == text[quote]))
                item++;
            if (item < limit && text[item] is not (' ' or '\t' or '\n' or ','))
                break;
        }

        budget.Steps += Math.Min(item, limit) - at;
        return found;
    }

    /// <summary>The items of a sequence in the lines behind its key.</summary>
    public static IReadOnlyList<(int Start, int End)> FindBlock(string text, int key, int at, ListRule rule, RedactionBudget budget)
    {
        var lineStart = key == 0 ? 0 : text.LastIndexOf('\n', key - 1, Math.Min(key, 256)) + 1;
        lineStart = Blocks.BehindQuote(text, lineStart, key);
        // The key stands alone on its line, so that no list below a sentence is taken.
        if (key - lineStart > 128 || text.AsSpan(lineStart, key - lineStart).ContainsAnyExcept(" \t-\"'"))
            return [];
        var (indent, found, limit) = (Blocks.Indent(text, lineStart), new List<(int, int)>(), Math.Min(text.Length, at + LongestBlock));
        var line = text.IndexOf('\n', at, Math.Min(48, text.Length - at)) + 1;
        var began = line;
        while (line > 0 && line < limit && found.Count < MostItems)
        {
            var dash = Math.Min(limit, line + Blocks.Indent(text, line));
            var next = text.IndexOf('\n', dash, limit - dash) is var end and >= 0 ? end : limit;
            if (dash >= next || text[dash] == '#')
            {
                line = next + 1;
                continue;
            }

            if (dash - line < indent || dash + 2 > next || !Words.StartsAt(text, dash, "- "))
                break;
            // Keys are no items.
            var item = dash + 2 + Words.Run(text, dash + 2, ListRule.Space, next - dash - 2);
            if (text[next - 1] == ':'
                || (item + Words.Run(text, item, Words.Dotted, next - item) is var word && word < next && text[word] == ':'))
                break;
            if (ItemIn(text, dash + 2, next) is var (first, last) && last > first && rule.IsSecret(text.AsSpan(first, last - first)))
                found.Add((first, last));
            line = next + 1;
        }

        budget.Steps += Math.Max(0, Math.Min(line, limit) - began) + 48;
        return found;
    }

    /// <summary>The item of a line without its quotes and the comment behind it.</summary>
    private static (int Start, int End) ItemIn(string text, int at, int next)
    {
        at += Words.Run(text, at, ListRule.Space, next - at);
        if (QuoteAt(text, at) is var quote and >= 0 && quote < next)
            return (quote + 1, SecretValue.QuotedEnd(text, quote + 1, text[quote], DepthOf(text, quote, at), next));
        var item = text.AsSpan(at, next - at);
        if (item.IndexOf(" #") is var comment and >= 0)
            item = item[..comment];
        if (item.IndexOf('"') is var end and >= 0)
            item = item[..end].TrimEnd('\\');
        return (at, at + item.TrimEnd(' ').Length);
    }

    /// <summary>The items of a list that nothing surrounds: <c>passwords=…,…</c>; only where each of them is one.</summary>
    public static IReadOnlyList<(int Start, int End)> FindBare(string text, int at, ListRule rule, RedactionBudget budget)
    {
        var (found, limit) = (new List<(int, int)>(), Math.Min(text.Length, at + 256));
        while (at < limit)
        {
            var end = text.AsSpan(at, limit - at).IndexOfAny(BareEnds) is var length and >= 0 ? at + length : limit;
            budget.Steps += end - at + 1;
            if (!rule.IsSecretAlone(text.AsSpan(at, end - at)))
                return [];
            found.Add((at, end));
            if (end >= limit || text[end] != ',')
                break;
            at = end + 1 + (end + 1 < limit && text[end + 1] == ' ' ? 1 : 0);
        }

        return found;
    }

    /// <summary>Behind <c>[</c>, or behind <c>(</c> or <c>{</c> of a type where a quote follows; -1 where no list begins.</summary>
    private static int Opened(string text, int at)
    {
        var limit = Math.Min(text.Length, at + 32);
        for (var i = at; i < limit; i++)
        {
            i += Words.Run(text, i, TypeLetters, 24);
            if (i >= limit)
                return -1;
            if (Words.StartsAt(text, i, "[]") || Words.StartsAt(text, i, "{}"))
                i++;
            else if (text[i] == '[')
                return i == at && !Redactor.IsMarkAt(text, at) || text[i - 1] == 'w' && i == at + 2 ? i + 1 : -1;
            else if (text[i] is '(' or '{')
                return IsListOf(text.AsSpan(at, i - at)) && QuoteAt(text, i + 1 + Words.Run(text, i + 1, ListRule.Space, 40)) >= 0
                    ? i + 1
                    : -1;
            else if (text[i] != ' ' || i == at)
                return -1;
        }

        return -1;
    }

    /// <summary>Nothing, or what languages call a list: <c>List.of(</c>, <c>[]string{</c>; any other call is none.</summary>
    private static bool IsListOf(ReadOnlySpan<char> type)
    {
        if (type.IsEmpty || type.Contains('['))
            return true;
        foreach (var end in Types)
        {
            if (type.EndsWith(end, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Where the quote of an item stands, behind the letter of Python's or the backslashes before it; -1 where none does.
    /// </summary>
    private static int QuoteAt(string text, int at)
    {
        var quote = at + Words.Run(text, at, Words.Slashes, 16);
        if (quote == at && quote + 1 < text.Length && text[quote] is 'b' or 'u')
            quote++;
        return quote < text.Length && text[quote] is '"' or '\'' ? quote : -1;
    }

    private static int DepthOf(string text, int quote, int item) => text[item] == '\\' ? quote - item : 0;
}
