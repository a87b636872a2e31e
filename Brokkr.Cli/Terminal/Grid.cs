using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Brokkr.Cli.Terminal;

/// <summary>Rows under titles. What does not fit the width is cut from the widest columns.</summary>
internal sealed class Grid(params string[] titles)
{
    private const int Gap = 2;
    private const int Narrowest = 4;

    private readonly List<Piece[]> _rows = [];

    /// <summary>One piece for each title.</summary>
    public void Add(params Piece[] row) => _rows.Add(row);

    /// <param name="width">Columns of the terminal; null where nothing is to be cut.</param>
    /// <param name="indent">Columns to leave before each row.</param>
    public IRenderable Render(int? width, int indent)
    {
        var widths = Widths(width - indent);
        var table = new Table().NoBorder();
        foreach (var (title, i) in titles.Select((t, i) => (t, i)))
        {
            var column = new TableColumn(new Text(Cut(title, widths[i]), Tones.Style(Tone.Dim))) { Width = widths[i], NoWrap = true };
            table.AddColumn(column.Padding(0, 0, i == titles.Length - 1 ? 0 : Gap, 0));
        }

        foreach (var row in _rows)
            table.AddRow(row.Select((p, i) => new Text(Cut(p.Text, widths[i]), Tones.Style(p.Tone))));
        return new Padder(table).Padding(indent, 0, 0, 0);
    }

    private int[] Widths(int? width)
    {
        var widths = titles.Select((t, i) => Math.Max(CellsOf(t), _rows.Select(r => CellsOf(r[i].Text)).DefaultIfEmpty().Max())).ToArray();
        if (width is not { } limit)
            return widths;
        for (var over = widths.Sum() + Gap * (widths.Length - 1) - limit; over > 0;)
        {
            var widest = Array.IndexOf(widths, widths.Max());
            if (widths[widest] <= Narrowest)
                break;
            var next = widths.Where((_, i) => i != widest).DefaultIfEmpty().Max();
            var cut = Math.Min(over, Math.Max(1, widths[widest] - Math.Max(next, Narrowest)));
            (widths[widest], over) = (widths[widest] - cut, over - cut);
        }

        return widths;
    }

    /// <summary>A text of several words would go on in the next line.</summary>
    private static string Cut(string text, int cells)
    {
        if (CellsOf(text) <= cells)
            return text;
        var (kept, left) = (new StringBuilder(), cells - 1);
        foreach (var rune in text.EnumerateRunes())
        {
            left -= CellsOf(rune.ToString());
            if (left < 0)
                break;
            kept.Append(rune);
        }

        return kept.Append('…').ToString();
    }

    /// <summary>How many columns a terminal needs for a text: wide characters take two.</summary>
    private static int CellsOf(string text) => new Segment(text).CellCount();
}
