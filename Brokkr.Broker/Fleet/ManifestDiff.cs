using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.Model;
using Side = Brokkr.V1.DiffSide.Types.Word;

namespace Brokkr.Broker.Fleet;

/// <summary>Compares manifests line by line, and shows them without the values of their Secrets. Pure.</summary>
internal static class ManifestDiff
{
    /// <summary>How many lines stand around what differs.</summary>
    private const int Around = 3;

    /// <summary>So many lines, of both together, are compared line by line.</summary>
    private const int MostCompared = 20_000;

    /// <summary>What differs in <paramref name="yaml"/> from <paramref name="before"/>, as the answer's counts and hunks.</summary>
    public static Wire.Diff Of(string before, string yaml)
    {
        var (old, present) = (LinesOf(before), LinesOf(yaml));
        var found = BlocksOf(before, yaml, old, present);
        // Compared is what was written, shown what may be: a value that changed is a line that changed.
        var (shownBefore, shown) = (SecretMask.LinesOf(before), SecretMask.LinesOf(yaml));
        var answer = new Wire.Diff { Added = found.Sum(b => b.InsertCountB), Removed = found.Sum(b => b.DeleteCountA) };
        foreach (var blocks in Near(found))
            answer.Hunks.Add(HunkOf(blocks, shownBefore, shown, old.Count, present.Count));
        return answer;
    }

    private static IReadOnlyList<string> LinesOf(string text) => text.Length == 0 ? [] : LineChunker.Instance.Chunk(text);

    /// <summary>The work grows with the square of what differs: beyond some thousands of lines all of it is one place.</summary>
    private static IList<DiffBlock> BlocksOf(string before, string yaml, IReadOnlyList<string> old, IReadOnlyList<string> present)
    {
        var shorter = Math.Min(old.Count, present.Count);
        var head = Enumerable.Range(0, shorter).TakeWhile(i => old[i] == present[i]).Count();
        var tail = Enumerable.Range(1, shorter - head).TakeWhile(i => old[^i] == present[^i]).Count();
        var (removed, added) = (old.Count - head - tail, present.Count - head - tail);
        return removed + added > MostCompared
            ? [new(head, removed, head, added)]
            : Differ.Instance.CreateLineDiffs(before, yaml, ignoreWhitespace: false).DiffBlocks;
    }

    /// <summary>Blocks whose surroundings touch are one place.</summary>
    private static IEnumerable<List<DiffBlock>> Near(IEnumerable<DiffBlock> blocks)
    {
        List<DiffBlock> place = [];
        foreach (var block in blocks)
        {
            if (place is [.., var last] && block.DeleteStartA - (last.DeleteStartA + last.DeleteCountA) > 2 * Around)
            {
                yield return place;
                place = [];
            }

            place.Add(block);
        }

        if (place.Count > 0)
            yield return place;
    }

    private static Wire.DiffHunk HunkOf(List<DiffBlock> blocks, string[] before, string[] after, int linesBefore, int linesAfter)
    {
        var lead = Math.Min(Around, Math.Min(blocks[0].DeleteStartA, blocks[0].InsertStartB));
        var (a, b) = (blocks[0].DeleteStartA - lead, blocks[0].InsertStartB - lead);
        var hunk = new Wire.DiffHunk { BaseLine = linesBefore == 0 ? 0 : a + 1, Line = linesAfter == 0 ? 0 : b + 1 };
        foreach (var block in blocks)
        {
            Add(Side.Both, before, a, block.DeleteStartA - a);
            Add(Side.Removed, before, block.DeleteStartA, block.DeleteCountA);
            Add(Side.Added, after, block.InsertStartB, block.InsertCountB);
            a = block.DeleteStartA + block.DeleteCountA;
        }

        Add(Side.Both, before, a, Math.Min(Around, linesBefore - a));
        return hunk;

        void Add(Side side, string[] lines, int from, int count) =>
            hunk.Lines.Add(lines.Skip(from).Take(count).Select(text => new Wire.DiffLine { Side = side, Text = text }));
    }
}
