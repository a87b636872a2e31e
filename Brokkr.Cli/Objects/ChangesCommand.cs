using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Objects;

/// <summary><c>brokkr changes</c>: how statuses changed in the whole fleet.</summary>
internal static class ChangesCommand
{
    public static Command Create(CommandLine line)
    {
        var since = CommandLine.WithRange(
            new Option<string?>("--since") { Description = "How long ago at most: 90s, 10m, 1h, 7d", HelpName = "AGE" },
            text => Ages.TryParse(text, out _), "an age such as 90s, 10m, 1h or 7d");
        var stack = line.NameOption("--stack", "Only this stack", (run, ct) => run.Finder.StackNamesAsync(ct));
        var agent = line.NameOption("--agent", "Only on this agent", (run, ct) => run.Finder.AgentNamesAsync(ct));
        var (limit, output, watch) = (Rows.Limit(100), Formats.Of(Formats.Table, Formats.Json, Formats.Yaml), Watching.Option());
        var command = new Command("changes", "How statuses changed in the whole fleet, newest first") { since, stack, agent, limit, output,
            watch };
        return line.Runs(command, (run, ct) => Watching.RunAsync(run, run.Get(watch), async stop =>
        {
            var from = run.Get(since) is { } age && Ages.TryParse(age, out var span) ? (run.Now - span).ToString("O") : null;
            var stackId = run.Get(stack) is { } onStack ? (await run.Finder.StackAsync(onStack, stop)).Id : null;
            var agentId = run.Get(agent) is { } onAgent ? (await run.Finder.AgentAsync(onAgent, stop)).Id : null;
            var answer = await run.Broker.ListAsync(
                () => new Query("api/v1/health/changes").With("since", from).With("stack_id", stackId)
                    .With("agent_id", agentId), "changes", run.Get(limit), stop);
            run.Show(run.Get(output), answer, () => [], _ =>
                View(BrokerClient.Read(answer, "changes", Answers.Default.HealthChange), run.Now));
            Rows.NoteRest(run, answer);
        }, ct));
    }

    /// <summary>The changes as a table. Pure.</summary>
    public static Page View(IReadOnlyList<HealthChange> changes, DateTimeOffset now)
    {
        var (page, grid) = (new Page(), new Grid("AGE", "AT", "OBJECT", "AGENT", "FROM", "TO", "CONDITIONS"));
        foreach (var c in changes)
        {
            var t = c.Transition;
            grid.Add(Ages.Of(t.At, now), Ages.Exact(t.At), $"{c.StackName}/{c.Name}", t.AgentName, Piece.Word(t.From), Piece.Word(t.To),
                HistoryCommand.Conditions(t));
        }

        if (changes.Count == 0)
            page.Line("Nothing changed.");
        else
            page.Table(grid);
        return page;
    }
}
