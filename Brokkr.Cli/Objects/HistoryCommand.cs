using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Objects;

/// <summary><c>brokkr history</c>: how the status of one deployment object changed.</summary>
internal static class HistoryCommand
{
    public static Command Create(CommandLine line)
    {
        var (name, limit, output) = (line.ObjectName(), Rows.Limit(50), Formats.Of(Formats.Table, Formats.Json, Formats.Yaml));
        var command = new Command("history", "How the status of a deployment object changed, newest first") { name, limit, output };
        return line.Runs(command, async (run, ct) =>
        {
            var found = await run.Finder.ObjectAsync(run.Get(name), ct);
            var answer = await run.Broker.ListAsync(() =>
                new Query($"api/v1/deployment-objects/{found.Id}/health/history").With("agent_id", found.Agent?.Id),
                "transitions", run.Get(limit), ct);
            run.Show(run.Get(output), answer, () => [], _ =>
            {
                var (page, rows) = (new Page(), BrokerClient.Read(answer, "transitions", Answers.Default.HealthTransition));
                if (rows.Count == 0)
                    page.Line("Nothing changed yet.");
                else
                    page.Table(Table(rows, run.Now));
                return page;
            });
            Rows.NoteRest(run, answer);
            return ExitCodes.Ok;
        });
    }

    /// <summary>Changes of one deployment object. Pure.</summary>
    public static Grid Table(IReadOnlyList<HealthTransition> rows, DateTimeOffset now)
    {
        var grid = new Grid("AGE", "AT", "AGENT", "FROM", "TO", "CONDITIONS");
        foreach (var t in rows)
            grid.Add(Ages.Of(t.At, now), Ages.Exact(t.At), t.AgentName, Piece.Word(t.From), Piece.Word(t.To), Conditions(t));
        return grid;
    }

    public static string Conditions(HealthTransition change) =>
        string.Join(", ", change.Conditions) + (change.Changes > 1 ? $" ({change.Changes} changes)" : "");
}
