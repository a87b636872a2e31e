using Quickenshtein;

namespace Brokkr.Cli.Lookup;

/// <summary>Finds what somebody may have meant. Pure.</summary>
internal static class Nearest
{
    private const int Shown = 3;

    /// <summary>The words that are like another one, the likest first; none where nothing is.</summary>
    public static IReadOnlyList<string> Of(string word, IEnumerable<string> candidates) =>
    [
        .. candidates.Distinct(StringComparer.Ordinal).Select(c => (Word: c, Distance: Distance(word, c)))
            .Where(c => c.Distance <= Math.Max(1, Math.Min(word.Length, c.Word.Length) / 3))
            .OrderBy(c => c.Distance).ThenBy(c => c.Word, StringComparer.Ordinal).Take(Shown).Select(c => c.Word),
    ];

    /// <summary>As a sentence; empty where nothing is alike.</summary>
    public static string Sentence(string word, IEnumerable<string> candidates) =>
        Of(word, candidates) is { Count: > 0 } alike ? $"Did you mean {string.Join(" or ", alike)}?" : "";

    /// <summary>A part of a name is near, and so is the name without the stack before it.</summary>
    private static int Distance(string word, string candidate)
    {
        var (a, b) = (word.ToLowerInvariant(), candidate.ToLowerInvariant());
        var whole = Levenshtein.GetDistance(a, b);
        var own = a.Contains('/', StringComparison.Ordinal) ? whole
            : Levenshtein.GetDistance(a, b[(b.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        // Letters that changed places are one mistake.
        if (a.Length == b.Length && a.Order().SequenceEqual(b.Order()))
            return Math.Min(whole, 1);
        var isPart = a.Length >= 3 && b.Contains(a, StringComparison.Ordinal);
        return Math.Min(isPart ? 1 : whole, own);
    }
}
