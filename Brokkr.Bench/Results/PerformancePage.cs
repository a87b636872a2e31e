using System.Text;

namespace Brokkr.Bench.Results;

/// <summary>The page of the documentation that shows the figures: each part's between two marks, the rest is people's.</summary>
internal static class PerformancePage
{
    /// <summary>
    /// Replaces the figures of the parts that the tables are of; a page that does not have a part yet gets it at its end.
    /// </summary>
    /// <param name="path">The page; made where there is none.</param>
    /// <param name="tables">What was measured.</param>
    /// <param name="isGrowth">Whether they are of several sizes: those stand apart from the usual ones.</param>
    /// <param name="stamp">When, on what and by which command.</param>
    public static void Write(string path, IEnumerable<FigureTable> tables, bool isGrowth, string stamp)
    {
        var page = File.Exists(path) ? File.ReadAllText(path) : "";
        foreach (var part in tables.GroupBy(t => t.Part))
            page = With(page, isGrowth ? $"{part.Key}-growth" : part.Key, $"{stamp}\n\n{string.Join('\n', part.Select(Table))}");
        File.WriteAllText(path, page);
    }

    /// <summary>Pure.</summary>
    public static string With(string page, string part, string figures)
    {
        var (begin, end) = ($"<!-- bench:{part} -->\n", $"<!-- /bench:{part} -->\n");
        var from = page.IndexOf(begin, StringComparison.Ordinal);
        var to = page.IndexOf(end, StringComparison.Ordinal);
        return from < 0 || to < from
            ? $"{page}\n{begin}{figures}{end}"
            : $"{page[..from]}{begin}{figures}{page[to..]}";
    }

    private static string Table(FigureTable table)
    {
        var text = new StringBuilder().Append("**").Append(table.Title).Append("**\n\n");
        Row(["", .. table.Cases, "target"]);
        Row(["---", .. table.Cases.Select(_ => "---:"), "---"]);
        foreach (var row in table.Rows)
            Row([FigureTable.Heading(row), .. table.Cases.Select(c => table.Find(c, row.Name)?.Text ?? ""), table.Verdict(row)]);
        return text.ToString();

        void Row(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }
}
