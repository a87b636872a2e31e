using System.Globalization;
using System.Text;
using Brokkr.Cli.Objects;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Diagnostics;

/// <summary>A diagnostic for a ticket or a chat. What a cluster said stands in code, where it is nothing but text. Pure.</summary>
internal static class DiagnosticMarkdown
{
    public static string Of(Diagnostic diagnostic)
    {
        var (result, text) = (diagnostic.Result!, new StringBuilder());
        Add(text, $"# Diagnostic {diagnostic.RequestId}", "",
            $"Asked for by {Code(diagnostic.RequestedBy)}, gathered {Ages.Exact(result.CollectedAt)}.", "");
        Add(text, "## Findings", "");
        if (result.Findings.Count == 0)
            Add(text, "Nothing is wrong.");
        foreach (var (f, i) in result.Findings.Select((f, i) => (f, i)))
        {
            Add(text, $"{i + 1}. **{f.Severity}** {Code(f.Code)} on {Code(HealthWords.Where(f.Kind, f.Namespace, f.Name, f.Container))}",
                $"   {Code(f.Message)}", $"   {f.Advice}");
        }

        Add(text, "", "## Pods", "");
        foreach (var pod in result.PodStatuses)
        {
            Add(text, $"- {Code($"{pod.Namespace}/{pod.Name}")}: {Code(pod.Phase)}");
            foreach (var c in pod.ContainerStatuses)
                Add(text, $"  - {Code(c.Name)}: {Code($"{c.State} {c.Reason}")}, {c.RestartCount} restarts{Exit(c)}, {Code(c.Image)}");
        }

        AddLogs(text, "Log of", result.LogTails);
        AddLogs(text, "Previous log of", result.PreviousLogTails);
        Add(text, "", "## Events");
        Fence(text, result.Events.Select(e => $"{(e.LastSeen is { } at ? Ages.Exact(at) : "")} {e.Type} {e.Reason} x{e.Count} "
            + $"{HealthWords.Where(e.Kind, e.Namespace, e.Name, "")}: {e.Message}"));
        foreach (var gap in result.Completeness.Where(c => c.Outcome != "ok"))
            Add(text, $"- Could not be read: {Code(gap.Query)} ({gap.Outcome}) {Code(gap.Message)}");
        return text.ToString();
    }

    private static string Exit(ContainerStatus container) =>
        (container.ExitCode ?? container.LastState?.ExitCode) is { } code ? $", exit code {code}" : "";

    private static void AddLogs(StringBuilder text, string title, IReadOnlyDictionary<string, IReadOnlyList<string>> logs)
    {
        foreach (var (container, lines) in logs.Where(l => l.Value.Count > 0).OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            Add(text, "", $"## {title} {Code(container)}");
            Fence(text, lines);
        }
    }

    private static void Fence(StringBuilder text, IEnumerable<string> lines)
    {
        var clean = lines.Select(l => new Piece(l).Text).ToList();
        var fence = Ticks(string.Concat(clean), 3);
        Add(text, ["", fence, .. clean, fence]);
    }

    /// <summary>More backticks than the text has in a row end it.</summary>
    private static string Code(string text)
    {
        var clean = new Piece(text).Text.Trim();
        var ticks = Ticks(clean, 1);
        return clean.Length == 0 ? "" : ticks.Length == 1 ? $"`{clean}`" : $"{ticks} {clean} {ticks}";
    }

    private static string Ticks(string text, int atLeast)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
            longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        return new('`', Math.Max(atLeast, longest + 1));
    }

    private static void Add(StringBuilder text, params IEnumerable<string> lines)
    {
        foreach (var line in lines)
            text.Append(CultureInfo.InvariantCulture, $"{line}\n");
    }
}
