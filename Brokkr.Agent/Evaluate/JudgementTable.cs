using System.Globalization;
using Brokkr.Agent.Health.Findings;
using Brokkr.Contracts.Text;

namespace Brokkr.Agent.Evaluate;

/// <summary>Writes judgements for people: a table, worst first.</summary>
internal static class JudgementTable
{
    private const string Bold = "\e[1m";
    private const string Plain = "\e[0m";

    /// <summary>Wider columns would push the message out of sight.</summary>
    private const int WidestColumn = 60;

    public static void Write(TextWriter output, IEnumerable<Judgement> judgements, bool keepsOrder, bool inColour)
    {
        var sorted = keepsOrder
            ? [.. judgements]
            : judgements
            .OrderByDescending(j => j.Row.Status)
            .ThenBy(j => j.Row.Id.Namespace, StringComparer.Ordinal)
            .ThenBy(j => j.Row.Id.Kind, StringComparer.Ordinal)
            .ThenBy(j => j.Row.Id.Name, StringComparer.Ordinal)
            .ToList();
        var rows = sorted.Select(Cells).Prepend(["STATUS", "KIND", "NAMESPACE", "NAME", "PODS", "CONDITIONS", "MESSAGE"]).ToList();
        var widths = Enumerable.Range(0, rows[0].Length - 1).Select(i => Math.Min(WidestColumn, rows.Max(r => r[i].Length))).ToList();
        for (var i = 0; i < rows.Count; i++)
        {
            var cells = rows[i].Select((cell, column) => column < widths.Count ? cell.PadRight(widths[column]) : cell).ToList();
            if (inColour)
                cells[0] = $"{(i == 0 ? Bold : ColourOf(sorted[i - 1].Row.Status))}{cells[0]}{Plain}";
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }

        var counts = sorted.GroupBy(j => j.Row.Status).Select(g => $"{g.Count()} {JudgementJson.Word(g.Key)}").ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{sorted.Count} judged{(counts.Count > 0 ? ": " : "")}{string.Join(", ", counts)}"));
        if (sorted.Exists(j => j.IsEarly))
            output.WriteLine("* does not count for the whole yet");
    }

    private static string[] Cells(Judgement judgement)
    {
        var (row, health) = (judgement.Row, judgement.Health);
        return
        [
            JudgementJson.Word(row.Status) + (judgement.IsEarly ? "*" : ""),
            ShortText.Name(row.Id.Kind),
            ShortText.Name(row.Id.Namespace),
            ShortText.Name(row.Id.Name),
            judgement.PodsKnown ? $"{health.Pods.Ready}/{health.Pods.Total}" : "",
            string.Join(",", health.Conditions),
            ShortText.Message(judgement.Message),
        ];
    }

    private static string ColourOf(RowStatus status) => status switch
    {
        RowStatus.Failing or RowStatus.Degraded => "\e[31m",
        RowStatus.Unknown => "\e[35m",
        RowStatus.Progressing => "\e[33m",
        RowStatus.Suspended => "\e[36m",
        _ => "\e[32m",
    };
}
