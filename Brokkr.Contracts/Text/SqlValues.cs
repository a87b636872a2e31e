namespace Brokkr.Contracts.Text;

/// <summary>Finds passwords among the values that a statement inserts, by the names of their columns. Pure.</summary>
internal static class SqlValues
{
    private const int Longest = 1024;

    /// <summary>The quoted values whose columns are secret; of the first row.</summary>
    public static IReadOnlyList<(int Start, int End)> Find(string text, int start, int end, RedactionBudget budget)
    {
        var close = start - 1;
        while (close > 0 && start - close < 8 && text[close] is ' ')
            close--;
        if (close <= 0 || text[close] != ')' || text.LastIndexOf('(', close, Math.Min(close, Longest)) is not (var open and >= 0))
            return [];
        budget.Steps += close - open;
        var columns = text[(open + 1)..close].Split(',');
        var (found, at, limit) = (new List<(int, int)>(), end, Math.Min(text.Length, end + (4 * Longest)));
        while (at < limit && text[at] is ' ')
            at++;
        if (at >= limit || text[at] != '(')
            return [];
        at++;
        for (var column = 0; column < columns.Length && at < limit; column++)
        {
            while (at < limit && text[at] is ' ')
                at++;
            var isQuoted = at < limit && text[at] is '\'' or '"';
            var first = isQuoted ? at + 1 : at;
            var last = isQuoted
                ? SecretValue.QuotedEnd(text, first, text[at], 0, limit)
                : text.AsSpan(at, limit - at).IndexOfAny(',', ')', '\n') is var e and >= 0 ? at + e : limit;
            if (isQuoted && last > first && SecretKeys.Of(columns[column].Trim(' ', '`', '"', '\''), "") is KeyKind.Strict or KeyKind.Loose
                && !Redactor.IsMark(text.AsSpan(first, last - first)))
                found.Add((first, last));
            at = isQuoted ? last + 1 : last;
            while (at < limit && text[at] is not (',' or ')' or '\n'))
                at++;
            if (at >= limit || text[at] != ',')
                break;
            at++;
        }

        budget.Steps += at - end;
        return found;
    }
}
