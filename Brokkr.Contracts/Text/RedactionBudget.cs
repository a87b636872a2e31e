namespace Brokkr.Contracts.Text;

/// <summary>
/// What redacting the texts of one report or one result may cost, and what it took out. A text that no longer fits is withheld, and a mark
/// says so. Not thread-safe: one per report or result.
/// </summary>
public sealed class RedactionBudget(IDictionary<string, int> counts, long characters = Limits.RedactedCharacters)
{
    /// <summary>So that a million empty texts are not free.</summary>
    private const int PerText = 16;

    private long _left = characters;

    /// <summary>Of nothing that was counted before.</summary>
    public RedactionBudget()
        : this(new Dictionary<string, int>(StringComparer.Ordinal))
    {
    }

    /// <summary>How many passages each rule took out.</summary>
    public IDictionary<string, int> Counts => counts;

    /// <summary>
    /// How many characters were looked at until now, over all passes: grows with the texts' length and with nothing else.
    /// </summary>
    public long Steps { get; internal set; }

    internal bool Takes(int length)
    {
        if (_left < length + PerText)
            return false;
        _left -= length + PerText;
        return true;
    }

    internal void Count(string rule) => counts[rule] = counts.TryGetValue(rule, out var before) && before > 0
        ? (before < int.MaxValue ? before + 1 : before)
        : 1;
}
