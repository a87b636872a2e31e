using System.Buffers;

namespace Brokkr.Contracts.Text;

/// <summary>
/// Takes secrets out of text and leaves <c>[redacted:rule]</c> in their place, counted by rule. Expects text without control characters
/// besides line ends and tabs, before lines are joined or anything is cut. Idempotent, and linear: each pass looks at a character a bounded
/// number of times.
/// </summary>
public static class Redactor
{
    private const string Mark = "[redacted:";

    /// <summary>What is longer is no word; the token that it may be is known by its beginning.</summary>
    private const int LongestWord = 1024;

    private static readonly SearchValues<char> RuleLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_");

    /// <summary>Redacts a text and adds to the counts; answers the same instance where nothing was found.</summary>
    public static string Redact(string text, IDictionary<string, int> counts) => Redact(text, new RedactionBudget(counts));

    /// <summary>The same within the budget of a report or result.</summary>
    /// <param name="text">What is beyond the longest text that is looked at is withheld.</param>
    /// <param name="budget">Pays for the text; where it cannot, all of it is withheld.</param>
    public static string Redact(string text, RedactionBudget budget)
    {
        var length = Math.Min(text.Length, Limits.RedactedTextLength);
        if (!budget.Takes(length))
        {
            budget.Count(RedactionRules.Withheld);
            return MarkOf(RedactionRules.Withheld);
        }

        if (length == text.Length)
            return Passes(text, budget);
        budget.Count(RedactionRules.Withheld);
        return $"{Passes(text[..BoundWithin(text, length)], budget)}{MarkOf(RedactionRules.Withheld)}";
    }

    /// <summary>
    /// Where a text that is longer is cut: what the bound splits is no longer known for what it is, so that the last word goes with the
    /// rest.
    /// </summary>
    internal static int BoundWithin(string text, int most)
    {
        var tail = text.AsSpan(most - Math.Min(most, LongestWord), Math.Min(most, LongestWord));
        var space = tail.LastIndexOfAny(' ', '\n', '\t');
        return most - tail.Length
            + ((space >= 0 ? space : tail.LastIndexOfAnyExcept(Words.Url)) is var end and >= 0 ? end + 1 : tail.Length);
    }

    /// <summary>In this order: what names itself first, then what its neighbour gives away.</summary>
    private static string Passes(string text, RedactionBudget budget)
    {
        text = PrivateKeys.Redact(text, budget);
        text = KnownTokens.Redact(text, budget);
        text = WebhookUrls.Redact(text, budget);
        text = UrlPasswords.Redact(text, budget);
        text = CommandLines.Redact(text, budget);
        text = SecretPairs.Redact(text, text, budget);
        return EscapedLines.Unfold(text) is var lines && ReferenceEquals(lines, text) ? text : SecretPairs.Redact(text, lines, budget);
    }

    internal static string MarkOf(string rule) => $"{Mark}{rule}]";

    /// <summary>Whether something was taken out of a text already.</summary>
    internal static bool HoldsMark(ReadOnlySpan<char> text) => text.IndexOf(Mark) >= 0;

    /// <summary>Whether a text is nothing but a mark.</summary>
    internal static bool IsMark(ReadOnlySpan<char> text) => IsMarkAt(text, 0) && text.IndexOf(']') == text.Length - 1;

    internal static bool IsMarkAt(ReadOnlySpan<char> text, int at) =>
        text[at..].StartsWith(Mark, StringComparison.Ordinal) && text[(at + Mark.Length)..].IndexOfAnyExcept(RuleLetters) is var end and > 0
            && text[at + Mark.Length + end] == ']';
}
