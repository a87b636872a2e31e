using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Fleet;

/// <summary><c>brokkr get agents</c>: which of them are heard, and how what they run is.</summary>
internal static class GetAgents
{
    public static Command Create(CommandLine line)
    {
        var name = line.OptionalName("Only this one", (run, ct) => run.Finder.AgentNamesAsync(ct));
        var states = new Option<string[]>("--state") { Description = "Only reporting or silent ones, or those that were never heard" };
        states.AcceptOnlyFromAmong("reporting", "silent", "never");
        var (limit, output, watch) = (Rows.Limit(), Formats.Option(), Watching.Option());
        var command = new Command("agents", "The agents: which of them are heard, and how what they run is") { name, states, limit, output,
            watch };
        command.Aliases.Add("agent");
        return line.Runs(command, async (run, ct) =>
        {
            var only = run.Get(name) is { } given ? await run.Finder.AgentAsync(given, ct) : null;
            return await Watching.RunAsync(run, run.Get(watch), async stop =>
            {
                var answer = await run.Broker.ListAsync(() =>
                    new Query("api/v1/agents").With("name", only?.Name).With("state", run.Get(states) ?? []),
                    "agents", run.Get(limit), stop);
                var rows = BrokerClient.Read(answer, "agents", Answers.Default.Agent);
                run.Show(run.Get(output), answer, () => rows.Select(a => a.Name), isWide => View(rows, isWide, run.Now));
                Rows.NoteRest(run, answer);
            }, ct);
        });
    }

    private static Page View(List<Agent> agents, bool isWide, DateTimeOffset now)
    {
        var (page, grid) = (new Page(), isWide
            ? new Grid("AGENT", "STATE", "HEARD", "STATUS", "FAILING", "DEGRADED", "UNKNOWN", "HEALTHY", "VERSION", "AGE", "ID")
            : new Grid("AGENT", "STATE", "HEARD", "STATUS", "FAILING", "DEGRADED", "UNKNOWN", "HEALTHY", "VERSION"));
        foreach (var a in agents)
        {
            Piece[] row = [a.Name, Piece.Word(a.State), Ages.Ago(a.LastSeenAt, now), Piece.Word(a.OverallStatus), .. Counts(a.Counts),
                a.Version];
            grid.Add(isWide ? [.. row, Ages.Of(a.CreatedAt, now), a.Id] : row);
        }

        if (agents.Count == 0)
            page.Line("There is no agent.");
        else
            page.Table(grid);
        return page;
    }

    public static Piece[] Counts(HealthCounts counts) =>
        [$"{counts.Failing}", $"{counts.Degraded}", $"{counts.Unknown}", $"{counts.Healthy}"];
}
