using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Fleet;

/// <summary><c>brokkr get stacks</c>: the stacks, and how what they hold is.</summary>
internal static class GetStacks
{
    public static Command Create(CommandLine line)
    {
        var name = line.OptionalName("Only this one", (run, ct) => run.Finder.StackNamesAsync(ct));
        var (limit, output, watch) = (Rows.Limit(), Formats.Option(), Watching.Option());
        var command = new Command("stacks", "The stacks, and how what they hold is") { name, limit, output, watch };
        command.Aliases.Add("stack");
        return line.Runs(command, async (run, ct) =>
        {
            var only = run.Get(name) is { } given ? await run.Finder.StackAsync(given, ct) : null;
            return await Watching.RunAsync(run, run.Get(watch), async stop =>
            {
                var answer = await run.Broker.ListAsync(
                    () => new Query("api/v1/stacks").With("name", only?.Name).With("with_summary", "true"), "stacks", run.Get(limit), stop);
                var rows = BrokerClient.Read(answer, "stacks", Answers.Default.Stack);
                run.Show(run.Get(output), answer, () => rows.Select(s => s.Name), isWide => View(rows, isWide, run.Now));
                Rows.NoteRest(run, answer);
            }, ct);
        });
    }

    private static Page View(List<Stack> stacks, bool isWide, DateTimeOffset now)
    {
        var (page, grid) = (new Page(), isWide
            ? new Grid("STACK", "STATUS", "OBJECTS", "AGENTS", "FAILING", "DEGRADED", "UNKNOWN", "HEALTHY", "AGE", "ID")
            : new Grid("STACK", "STATUS", "OBJECTS", "AGENTS", "FAILING", "DEGRADED", "UNKNOWN", "HEALTHY"));
        foreach (var s in stacks)
        {
            Piece[] row = s.Summary is { } summary
                ? [s.Name, summary.Agents == 0 ? ""
                    : Piece.Word(summary.OverallStatus), $"{summary.DeploymentObjects}", $"{summary.Agents}",
                    .. GetAgents.Counts(summary.Counts)]
                : [s.Name, "", "", "", "", "", "", ""];
            grid.Add(isWide ? [.. row, Ages.Of(s.CreatedAt, now), s.Id] : row);
        }

        if (stacks.Count == 0)
            page.Line("There is no stack.");
        else
            page.Table(grid);
        return page;
    }
}
