using Brokkr.Cli.Objects;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;
using Brokkr.Contracts.Text;
using static Brokkr.Contracts.Text.MarkdownText;

namespace Brokkr.Cli.Diagnostics;

/// <summary>A diagnostic for a ticket or a chat. What a cluster said stands in code, where it is nothing but text. Pure.</summary>
internal static class DiagnosticMarkdown
{
    public static string Of(Diagnostic diagnostic)
    {
        var (result, text) = (diagnostic.Result!, new MarkdownText());
        text.Add($"# Diagnostic {diagnostic.RequestId}", "",
            $"Asked for by {Code(diagnostic.RequestedBy)}, gathered {Ages.Exact(result.CollectedAt)}.", "");
        text.Add("## Findings", "");
        if (result.Findings.Count == 0)
            text.Add("Nothing is wrong.");
        foreach (var (f, i) in result.Findings.Select((f, i) => (f, i)))
        {
            text.Add($"{i + 1}. **{f.Severity}** {Code(f.Code)} on {Code(HealthWords.Where(f.Kind, f.Namespace, f.Name, f.Container))}",
                $"   {Code(f.Message)}", $"   {Code(f.Advice)}");
        }

        text.Add("", "## Pods", "");
        foreach (var pod in result.PodStatuses)
        {
            text.Add($"- {Code($"{pod.Namespace}/{pod.Name}")}: {Code(pod.Phase)}");
            foreach (var c in pod.ContainerStatuses)
                text.Add($"  - {Code(c.Name)}: {Code($"{c.State} {c.Reason}")}, {c.RestartCount} restarts{Exit(c)}, {Code(c.Image)}");
        }

        AddLogs(text, "Log of", result.LogTails);
        AddLogs(text, "Previous log of", result.PreviousLogTails);
        text.Add("", "## Events");
        text.Fence(result.Events.Select(e => $"{(e.LastSeen is { } at ? Ages.Exact(at) : "")} {e.Type} {e.Reason} x{e.Count} "
            + $"{HealthWords.Where(e.Kind, e.Namespace, e.Name, "")}: {e.Message}"));
        foreach (var gap in result.Completeness.Where(c => c.Outcome != "ok"))
            text.Add($"- Could not be read: {Code(gap.Query)} ({gap.Outcome}) {Code(gap.Message)}");
        return text.ToString();
    }

    private static string Exit(ContainerStatus container) =>
        (container.ExitCode ?? container.LastState?.ExitCode) is { } code ? $", exit code {code}" : "";

    private static void AddLogs(MarkdownText text, string title, IReadOnlyDictionary<string, IReadOnlyList<string>> logs)
    {
        foreach (var (container, lines) in logs.Where(l => l.Value.Count > 0).OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            text.Add("", $"## {title} {Code(container)}");
            text.Fence(lines);
        }
    }
}
