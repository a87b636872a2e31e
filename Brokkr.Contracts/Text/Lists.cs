namespace Brokkr.Contracts.Text;

/// <summary>
/// Finds the secrets of a list: <c>"tokens": ["…", "…"]</c>, on one line or several. Pure; looks at a bounded number of characters.
/// </summary>
internal static class Lists
{
    private const int Longest = 1024;
    private const int MostItems = 32;
    private const int ShortestItem = 8;

    /// <param name="text">The text.</param>
    /// <param name="at">Where the list begins, if one does.</param>
    /// <param name="budget">Pays for what is looked at.</param>
    public static IReadOnlyList<(int Start, int End)> Find(string text, int at, RedactionBudget budget)
    {
        if (at >= text.Length || text[at] != '[' || Redactor.IsMarkAt(text, at))
            return [];
        var (found, limit, item) = (new List<(int, int)>(), Math.Min(text.Length, at + Longest), at);
        do
        {
            item++;
            while (item < limit && text[item] is ' ' or '\t' or '\n')
                item++;
            if (item >= limit)
                break;
            var isQuoted = text[item] is '"' or '\'';
            var first = isQuoted ? item + 1 : item;
            var last = isQuoted
                ? SecretValue.QuotedEnd(text, first, text[item], 0, limit)
                : text.AsSpan(first, limit - first).IndexOfAnyExcept(Words.AnyBase64) is var end and >= 0 ? first + end : limit;
            if (last >= limit)
                break;
            if (IsSecret(text.AsSpan(first, last - first)))
                found.Add((first, last));
            item = isQuoted ? last + 1 : last;
            while (item < limit && text[item] is ' ' or '\t' or '\n')
                item++;
        }
        while (item < limit && text[item] == ',' && found.Count < MostItems);

        budget.Steps += item - at;
        return found;
    }

    private static bool IsSecret(ReadOnlySpan<char> item) =>
        item.Length >= ShortestItem && Words.HasDigit(item) && Words.HasLetter(item) && !item.ContainsAny(' ', ':', '\n')
            && !Words.IsUuid(item) && !Words.IsObjectName(item) && !Words.IsPath(item);
}
