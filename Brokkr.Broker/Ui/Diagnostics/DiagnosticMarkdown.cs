using Brokkr.Broker.Ui.Parts;
using Brokkr.Contracts.Text;
using static Brokkr.Contracts.Text.MarkdownText;

namespace Brokkr.Broker.Ui.Diagnostics;

/// <summary>
/// A diagnostic as Markdown, for a ticket or a chat. What a cluster said stands in code, where it is nothing but text. Pure.
/// </summary>
internal static class DiagnosticMarkdown
{
    public static string Of(DiagnosticView view)
    {
        var text = new MarkdownText();
        text.Add($"# Diagnostic of {Code(view.Subject.Name)} in {Code(view.Subject.Cluster)}", "");
        text.Add($"- Stack {Code(view.Subject.Stack)}, revision {view.Subject.Revision}",
            $"- Request {Code(view.Id)}, asked for by {Code(view.RequestedBy)}");
        foreach (var step in view.Steps.Where(s => s.At is not null))
            text.Add($"- {step.Title} {Relative.Exact(step.At!.Value)}{(step.Took.Length > 0 ? $" (after {step.Took})" : "")}");
        foreach (var error in view.Errors)
            text.Add($"- {Code(error)}");
        if (view.Result is { } result)
            Describe(text, result);
        return text.ToString();
    }

    private static void Describe(MarkdownText text, ResultView result)
    {
        foreach (var gap in result.Gaps)
            text.Add($"- Could not read {Code(gap.Query)} ({gap.Outcome}){(gap.Message.Length > 0 ? $": {Code(gap.Message)}" : "")}");
        if (result.Redacted.Length > 0)
            text.Add($"- {result.Redacted}");
        text.Add("", "## Findings", "");
        if (result.Findings.Count == 0)
            text.Add("Nothing is wrong.");
        foreach (var (finding, i) in result.Findings.Select((f, i) => (f, i)))
        {
            text.Add(
                $"{i + 1}. **{finding.Head.Title}** ({finding.Head.Status}): "
                + $"{Code(finding.Head.Where)}{string.Concat(finding.Head.Facts.Select(f => $", {f}"))}");
            text.Add($"   {Code(finding.Head.Message)}", $"   {Code(finding.Advice)}");
        }

        text.Add("", "## Pods");
        foreach (var pod in result.Pods)
        {
            text.Add("", $"### {Code(pod.Source.Name)}", "",
                $"{Code(pod.Word)}, {pod.Ready} ready, {pod.Restarts} restarts, node {Code(pod.Source.NodeName)}", "");
            foreach (var container in pod.Containers)
            {
                text.Add(
                    $"- {Code(container.Source.Name)}: "
                    + $"{Code(container.State)}{(container.Last.Length > 0 ? $"; before: {Code(container.Last)}" : "")}; image "
                    + $"{Code(container.Image)} {Code(container.Digest)}");
                foreach (var log in container.Logs.Where(l => l.Lines.Count > 0))
                    Fenced(text, log.IsPrevious ? "Log of the run before" : "Log", log.Lines);
            }
        }

        text.Add("", "## Events");
        Fenced(text, "",
            [.. result.Events.Select(e =>
            $"{(e.LastSeen is { } at ? Relative.Exact(at) : "")} {(e.IsWarning ? "Warning" : "Normal")} {e.Reason} x{e.Count} "
            + $"{string.Join(", ", e.Objects)}: {e.Message}")]);
    }

    private static void Fenced(MarkdownText text, string title, IEnumerable<string> lines)
    {
        if (title.Length > 0)
            text.Add("", $"{title}:");
        text.Fence(lines);
        text.Add("");
    }
}
