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
        var (since, places, limit) = (Durations.Since(), new Places(line), Rows.Limit(100));
        var (output, watch) = (Formats.Of(Formats.Table, Formats.Json, Formats.Yaml), Watching.Option());
        var command = new Command("changes", "How statuses changed in the whole fleet, newest first")
        {
            since, places.Stack, places.Agent, limit, output, watch,
        };
        return line.Runs(command, async (run, ct) =>
        {
            var (stackId, agentId) = await places.FindAsync(run, null, null, ct);
            return await Watching.RunAsync(run, run.Get(watch), async stop =>
            {
                var answer = await run.Broker.ListAsync(
                    () => new Query("api/v1/health/changes").With("since", run.Back(run.Get(since))).With("stack_id", stackId)
                        .With("agent_id", agentId), "changes", run.Get(limit), stop);
                run.Show(run.Get(output), answer, () => [], _ =>
                    View(BrokerClient.Read(answer, "changes", Answers.Default.HealthChange), run.Now));
                Rows.NoteRest(run, answer);
            }, ct);
        });
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
