using System.Globalization;
using System.Text;
using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Diagnostics;

/// <summary>
/// A diagnostic as Markdown, for a ticket or a chat. What a cluster said stands in code, where it is nothing but text. Pure.
/// </summary>
internal static class DiagnosticMarkdown
{
    public static string Of(DiagnosticView view)
    {
        var text = new StringBuilder();
        Line(text, $"# Diagnostic of {Code(view.Subject.Name)} in {Code(view.Subject.Cluster)}", "");
        Line(text, $"- Stack {Code(view.Subject.Stack)}, revision {view.Subject.Revision}",
            $"- Request {Code(view.Id)}, asked for by {Code(view.RequestedBy)}");
        foreach (var step in view.Steps.Where(s => s.At is not null))
            Line(text, $"- {step.Title} {Relative.Exact(step.At!.Value)}{(step.Took.Length > 0 ? $" (after {step.Took})" : "")}");
        foreach (var error in view.Errors)
            Line(text, $"- {Code(error)}");
        if (view.Result is { } result)
            Add(text, result);
        return text.ToString();
    }

    private static void Add(StringBuilder text, ResultView result)
    {
        foreach (var gap in result.Gaps)
            Line(text, $"- Could not read {Code(gap.Query)} ({gap.Outcome}){(gap.Message.Length > 0 ? $": {Code(gap.Message)}" : "")}");
        if (result.Redacted.Length > 0)
            Line(text, $"- {result.Redacted}");
        Line(text, "", "## Findings", "");
        if (result.Findings.Count == 0)
            Line(text, "Nothing is wrong.");
        foreach (var (finding, i) in result.Findings.Select((f, i) => (f, i)))
        {
            Line(text,
                $"{i + 1}. **{finding.Head.Title}** ({finding.Head.Status}): "
                + $"{Code(finding.Head.Where)}{string.Concat(finding.Head.Facts.Select(f => $", {f}"))}");
            Line(text, $"   {Code(finding.Head.Message)}", $"   {finding.Advice}");
        }

        Line(text, "", "## Pods");
        foreach (var pod in result.Pods)
        {
            Line(text, "", $"### {Code(pod.Source.Name)}", "",
                $"{Code(pod.Word)}, {pod.Ready} ready, {pod.Restarts} restarts, node {Code(pod.Source.NodeName)}", "");
            foreach (var container in pod.Containers)
            {
                Line(text,
                    $"- {Code(container.Source.Name)}: "
                    + $"{Code(container.State)}{(container.Last.Length > 0 ? $"; before: {Code(container.Last)}" : "")}; image "
                    + $"{Code(container.Image)} {Code(container.Digest)}");
                foreach (var log in container.Logs.Where(l => l.Lines.Count > 0))
                    Fenced(text, log.IsPrevious ? "Log of the run before" : "Log", log.Lines);
            }
        }

        Line(text, "", "## Events", "");
        Fenced(text, "",
            [.. result.Events.Select(e =>
            $"{(e.LastSeen is { } at ? Relative.Exact(at) : "")} {(e.IsWarning ? "Warning" : "Normal")} {e.Reason} x{e.Count} "
            + $"{string.Join(", ", e.Objects)}: {e.Message}")]);
    }

    /// <summary>More backticks than the text has in a row end it.</summary>
    private static string Code(string text)
    {
        var (plain, ticks) = (text.ReplaceLineEndings(" "), Ticks(text, 0));
        return plain.Trim().Length == 0 ? "" : $"{ticks}{(ticks.Length > 1 ? " " : "")}{plain}{(ticks.Length > 1 ? " " : "")}{ticks}";
    }

    private static void Fenced(StringBuilder text, string title, IReadOnlyCollection<string> lines)
    {
        var fence = Ticks(string.Join('\n', lines), 2);
        Line(text, "", title.Length > 0 ? $"{title}:" : "", "", $"{fence}text");
        foreach (var line in lines)
            Line(text, line.ReplaceLineEndings(" "));
        Line(text, fence, "");
    }

    private static string Ticks(string text, int atLeast)
    {
        var (longest, run) = (atLeast, 0);
        foreach (var c in text)
            longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        return new('`', longest + 1);
    }

    private static void Line(StringBuilder text, params string[] lines)
    {
        foreach (var line in lines)
            text.Append(CultureInfo.InvariantCulture, $"{line}\n");
    }
}
