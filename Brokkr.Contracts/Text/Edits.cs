using System.Text;

namespace Brokkr.Contracts.Text;

/// <summary>A text from which passages are taken out from front to back.</summary>
internal struct Edits(string text, RedactionBudget budget)
{
    private StringBuilder? _kept;
    private int _copied;

    /// <summary>Where the last passage that was taken out ended; 0 before the first.</summary>
    public readonly int Done => _copied;

    /// <summary>Puts the mark in the place of a passage and answers where it ended.</summary>
    public int Replace(int start, int end, string rule)
    {
        (_kept ??= new(text.Length)).Append(text, _copied, start - _copied).Append(Redactor.MarkOf(rule));
        budget.Count(rule);
        return _copied = end;
    }

    /// <summary>The same instance where nothing was taken out.</summary>
    public readonly string Result() => _kept is null ? text : _kept.Append(text, _copied, text.Length - _copied).ToString();
}
