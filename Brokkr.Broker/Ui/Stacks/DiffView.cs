using Side = Brokkr.V1.DiffSide.Types.Word;

namespace Brokkr.Broker.Ui.Stacks;

/// <summary>What differs between two texts of manifests, line by line, the values of Secrets masked.</summary>
/// <param name="Lines">The lines that changed, with some of those around them.</param>
/// <param name="Added">How many lines came.</param>
/// <param name="Removed">How many went.</param>
public sealed record DiffView(IReadOnlyList<DiffLine> Lines, int Added, int Removed)
{
    private const int Most = 3000;

    /// <summary>Whether not every line is shown.</summary>
    public bool IsCut => Lines.Count == Most;

    /// <summary>Pure.</summary>
    public static DiffView Of(Wire.Diff diff) =>
        new([.. diff.Hunks.SelectMany((hunk, i) => LinesOf(hunk, isFirst: i == 0)).Take(Most)], diff.Added, diff.Removed);

    private static IEnumerable<DiffLine> LinesOf(Wire.DiffHunk hunk, bool isFirst)
    {
        if (!isFirst)
            yield return new('…', null, "");
        var (before, after) = (hunk.BaseLine, hunk.Line);
        foreach (var line in hunk.Lines)
        {
            yield return line.Side switch
            {
                Side.Removed => new('-', before, line.Text),
                Side.Added => new('+', after, line.Text),
                _ => new(' ', after, line.Text),
            };
            before += line.Side == Side.Added ? 0 : 1;
            after += line.Side == Side.Removed ? 0 : 1;
        }
    }
}

/// <summary>A line of a diff.</summary>
/// <param name="Sign"><c>+</c>, <c>-</c>, a space, or <c>…</c> for lines that are left out.</param>
/// <param name="Number">Its number in the text that has it, the new one where both do; null where lines are left out.</param>
/// <param name="Text">The line.</param>
public sealed record DiffLine(char Sign, int? Number, string Text)
{
    public string Class => Sign switch { '+' => "added", '-' => "removed", '…' => "left-out", _ => "same" };
}
