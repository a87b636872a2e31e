using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Diagnostics;

/// <summary><c>brokkr get diagnostics</c>: what was asked about a deployment object.</summary>
internal static class GetDiagnostics
{
    public static Command Create(CommandLine line)
    {
        var (name, limit, output) = (line.ObjectName(), Rows.Limit(50), Formats.Option());
        var command = new Command("diagnostics", "The diagnostic requests of a deployment object, newest first") { name, limit, output };
        command.Aliases.Add("diagnostic");
        return line.Runs(command, async (run, ct) =>
        {
            var found = await run.Finder.ObjectAsync(run.Get(name), ct);
            var answer = await run.Broker.ListAsync(() =>
                new($"api/v1/deployment-objects/{found.Id}/diagnostics"), "diagnostics", run.Get(limit), ct);
            var rows = BrokerClient.Read(answer, "diagnostics", Answers.Default.Diagnostic);
            run.Show(run.Get(output), answer, () => rows.Select(d => d.RequestId), _ => View(rows, run.Now));
            Rows.NoteRest(run, answer);
            return ExitCodes.Ok;
        });
    }

    private static Page View(List<Diagnostic> rows, DateTimeOffset now)
    {
        var (page, grid) = (new Page(), new Grid("REQUEST", "STATUS", "AGE", "BY", "KEPT UNTIL", "ERROR"));
        foreach (var d in rows)
            grid.Add(d.RequestId, Piece.Word(d.Status), Ages.Of(d.CreatedAt, now), d.RequestedBy, Ages.Exact(d.ExpiresAt),
                d.Error.Split('\n')[0]);
        if (rows.Count == 0)
            page.Line("Nothing was asked, or it is forgotten: brokkr diagnose NAME --wait");
        else
            page.Table(grid);
        return page;
    }
}
