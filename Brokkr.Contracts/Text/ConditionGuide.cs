using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Brokkr.Contracts.Text;

/// <summary>What a condition means and what to do about it.</summary>
/// <param name="Means">What Kubernetes or Brokkr says by it.</param>
/// <param name="Advice">What to do.</param>
public sealed record ConditionNote(string Means, string Advice);

/// <summary>
/// Knows what the documentation says of each condition, by the tables of <c>docs/health.md</c>, which the program carries.
/// </summary>
public static partial class ConditionGuide
{
    private static readonly FrozenDictionary<string, ConditionNote> Notes = Read();

    /// <summary>Every condition that the documentation names, in the order of the alphabet.</summary>
    public static IEnumerable<string> Known => Notes.Keys.Order(StringComparer.Ordinal);

    /// <summary>What is said of a condition; null where the documentation does not name it.</summary>
    public static ConditionNote? Of(string condition) => Notes.GetValueOrDefault(condition);

    private static FrozenDictionary<string, ConditionNote> Read()
    {
        using var page = typeof(ConditionGuide).Assembly.GetManifestResourceStream("docs/health.md")!;
        using var text = new StreamReader(page);
        var notes = new Dictionary<string, ConditionNote>(StringComparer.Ordinal);
        var isOfConditions = false;
        foreach (var cells in text.ReadToEnd().Split('\n').Select(line => line.Trim().Trim('|').Split(" | ")))
        {
            if (cells[0].Trim() == "condition")
                isOfConditions = true;
            else if (cells.Length < 3)
                isOfConditions = isOfConditions && cells[0].StartsWith("---", StringComparison.Ordinal);
            else if (isOfConditions)
                foreach (var word in Word().Matches(cells[0]).Select(m => m.Groups[1].Value))
                    notes.TryAdd(word, new(Plain(cells[^2]), Plain(cells[^1])));
        }

        return notes.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string Plain(string markdown) => Link().Replace(markdown, "$1").Replace("`", "", StringComparison.Ordinal).Trim();

    [GeneratedRegex("`([A-Z][A-Za-z]+)`")]
    private static partial Regex Word();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();
}
