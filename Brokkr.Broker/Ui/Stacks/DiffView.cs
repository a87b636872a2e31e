using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace Brokkr.Broker.Ui.Stacks;

/// <summary>What a new text of manifests changes, line by line, the values of Secrets masked.</summary>
/// <param name="Lines">The lines that changed, with some of those around them.</param>
/// <param name="Added">How many lines came.</param>
/// <param name="Removed">How many went.</param>
public sealed record DiffView(IReadOnlyList<DiffLine> Lines, int Added, int Removed)
{
    private const int Around = 3;

    private const int Most = 2000;

    /// <summary>Pure.</summary>
    /// <param name="before">The standing manifests; empty where there are none.</param>
    /// <param name="after">The new ones.</param>
    public static DiffView Of(string before, string after)
    {
        var lines = InlineDiffBuilder
            .Diff(SecretMask.Of(before).TrimEnd('\n'), SecretMask.Of(after).TrimEnd('\n'), ignoreWhiteSpace: false).Lines;
        var near = new bool[lines.Count];
        foreach (var (line, i) in lines.Select((line, i) => (line, i)).Where(l => l.line.Type != ChangeType.Unchanged))
            Array.Fill(near, true, Math.Max(0, i - Around), Math.Min(lines.Count, i + Around + 1) - Math.Max(0, i - Around));
        var shown = new List<DiffLine>();
        foreach (var (line, i) in lines.Select((line, i) => (line, i)))
        {
            if (near[i])
                shown.Add(new(line.Type switch { ChangeType.Inserted => '+', ChangeType.Deleted => '-', _ => ' ' }, line.Text));
            else if (shown.Count > 0 && shown[^1].Sign != '…')
                shown.Add(new('…', ""));
        }

        return new(
            [.. shown.Take(Most)], lines.Count(l => l.Type == ChangeType.Inserted), lines.Count(l => l.Type == ChangeType.Deleted));
    }
}

/// <summary>A line of a diff.</summary>
/// <param name="Sign"><c>+</c>, <c>-</c>, a space, or <c>…</c> for lines that are left out.</param>
/// <param name="Text">The line.</param>
public sealed record DiffLine(char Sign, string Text)
{
    public string Class => Sign switch { '+' => "added", '-' => "removed", '…' => "left-out", _ => "same" };
}
