using Brokkr.Cli.Objects;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Diagnostics;

/// <summary>A diagnostic for people at a terminal. Pure.</summary>
internal static class DiagnosticText
{
    private const int LogLines = 10;
    private const int Events = 15;

    public static Page Of(Diagnostic diagnostic, DateTimeOffset now)
    {
        var (result, page) = (diagnostic.Result!, new Page());
        page.Line(new Piece($"Gathered {Ages.Ago(result.CollectedAt, now)}, at {Ages.Exact(result.CollectedAt)}", Tone.Dim));
        page.Heading("FINDINGS");
        if (result.Findings.Count == 0)
            page.Line(2, "Nothing is wrong.");
        foreach (var f in result.Findings)
        {
            page.Line(2, Piece.Word(f.Severity), $" {f.Code}: {HealthWords.Where(f.Kind, f.Namespace, f.Name, f.Container)}"
                + $"{(f.Affected > 1 ? $", and {f.Affected - 1} more like it" : "")}");
            page.Line(4, f.Message);
            page.Line(4, new Piece(f.Advice, Tone.Bold));
        }

        AddPods(page, result);
        AddLogs(page, "LOG", result.LogTails);
        AddLogs(page, "PREVIOUS LOG", result.PreviousLogTails);
        AddEvents(page, result, now);
        AddGaps(page, result);
        return page;
    }

    private static void AddPods(Page page, DiagnosticResult result)
    {
        if (result.PodStatuses.Count == 0)
            return;
        page.Space();
        page.Heading("PODS");
        var grid = new Grid("POD", "PHASE", "CONTAINER", "STATE", "RESTARTS", "LAST EXIT", "IMAGE");
        foreach (var pod in result.PodStatuses)
        {
            foreach (var c in pod.ContainerStatuses)
            {
                var exit = c.ExitCode ?? c.LastState?.ExitCode;
                grid.Add($"{pod.Namespace}/{pod.Name}", pod.Reason.Length > 0 ? pod.Reason
                    : pod.Phase, c.Name, $"{c.State} {c.Reason}".TrimEnd(),
                    $"{c.RestartCount}", exit is null ? "" : $"{exit} {c.LastState?.Reason}".TrimEnd(), c.Image);
            }
        }

        page.Table(grid, indent: 2);
    }

    private static void AddLogs(Page page, string title, IReadOnlyDictionary<string, IReadOnlyList<string>> logs)
    {
        foreach (var (container, lines) in logs.Where(l => l.Value.Count > 0).OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            page.Space();
            page.Heading($"{title} of {container}");
            foreach (var line in lines.TakeLast(LogLines))
                page.Line(2, line);
        }
    }

    private static void AddEvents(Page page, DiagnosticResult result, DateTimeOffset now)
    {
        if (result.Events.Count == 0)
            return;
        page.Space();
        page.Heading("EVENTS");
        var grid = new Grid("SEEN", "TYPE", "REASON", "COUNT", "OBJECT", "MESSAGE");
        foreach (var e in result.Events.TakeLast(Events))
            grid.Add(Ages.Of(e.LastSeen, now), e.Type, e.Reason, $"{e.Count}", HealthWords.Where(e.Kind, e.Namespace, e.Name, ""),
                e.Message);
        page.Table(grid, indent: 2);
    }

    private static void AddGaps(Page page, DiagnosticResult result)
    {
        foreach (var gap in result.Completeness.Where(c => c.Outcome != "ok"))
            page.Line(new Piece($"Could not be read: {gap.Query} ({gap.Outcome}) {gap.Message}", Tone.Degraded));
        if (result.Redaction.Total > 0)
            page.Line(new Piece($"{result.Redaction.Total} passages that looked like secrets were taken out.", Tone.Dim));
    }
}
