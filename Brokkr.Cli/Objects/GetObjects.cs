using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Objects;

/// <summary><c>brokkr get objects</c>: the health of the fleet, a row for each deployment object on each agent.</summary>
internal static class GetObjects
{
    public static Command Create(CommandLine line)
    {
        var name = line.OptionalName("Only this one: web, shop/web or web@eu-1", (run, ct) => run.Finder.ObjectNamesAsync(run.Word, ct));
        var statuses = new Option<string[]>("--status") { Description = "Only failing, degraded, unknown or healthy ones" };
        statuses.AcceptOnlyFromAmong("failing", "degraded", "unknown", "healthy");
        var conditions = Conditions.Option();
        var text = new Option<string?>("--text") { Description = "Only where object, stack or agent is called something like this" };
        var order = new Option<string>("--order-by") { Description = "severity, name or since", DefaultValueFactory = _ => "severity" };
        order.AcceptOnlyFromAmong("severity", "name", "since");
        var (places, limit, output, watch) = (new Places(line), Rows.Limit(), Formats.Option(), Watching.Option());
        var command = new Command("objects", "The health of the fleet: a row for each deployment object on each agent, the worst first")
        {
            name, statuses, conditions, places.Stack, places.Agent, text, order, limit, output, watch,
        };
        command.Aliases.Add("object");
        return line.Runs(command, async (run, ct) =>
        {
            var asked = run.Get(name) is { } given ? ObjectName.Parse(given) : null;
            var (stackId, agentId) = await places.FindAsync(run, asked?.Stack, asked?.Agent, ct);
            return await Watching.RunAsync(run, run.Get(watch), async stop =>
            {
                var answer = await run.Broker.ListAsync(() => new Query("api/v1/health").With("status", run.Get(statuses) ?? [])
                    .With("condition", run.Get(conditions) ?? []).With("stack_id", stackId).With("agent_id", agentId)
                    .With("text", run.Get(text)).With("name", asked?.Name).With("order_by", run.Get(order)),
                    "deployment_objects", run.Get(limit), stop);
                var rows = BrokerClient.Read(answer, "deployment_objects", Answers.Default.PlacedHealth);
                if (rows.Count == 0 && asked is not null)
                    await run.Finder.ObjectAsync(run.Get(name)!, stop);
                run.Show(run.Get(output), answer, () => rows.Select(r => $"{r.StackName}/{r.Name}@{r.AgentName}"), isWide =>
                    View(rows, isWide, run.Now));
                Rows.NoteRest(run, answer);
            }, ct);
        });
    }

    /// <summary>The rows as a table. Pure.</summary>
    public static Page View(IReadOnlyList<PlacedHealth> rows, bool isWide, DateTimeOffset now)
    {
        var grid = isWide
            ? new Grid("STATUS", "OBJECT", "AGENT", "PODS", "SINCE", "CONDITIONS", "HEARD", "LAST KNOWN", "WHY", "ID")
            : new Grid("STATUS", "OBJECT", "AGENT", "PODS", "SINCE", "CONDITIONS");
        foreach (var r in rows)
        {
            Piece[] row = [Piece.Word(r.Status), $"{r.StackName}/{r.Name}", r.AgentName, HealthWords.Pods(r.Summary), Ages.Of(r.Since, now),
                string.Join(", ", r.Summary.Conditions)];
            grid.Add(isWide
                ? [.. row, Ages.Of(r.ReceivedAt, now), Piece.Word(r.LastKnownStatus ?? ""), r.Summary.Findings is [var first, ..]
                    ? first.Message : "", r.Id]
                : row);
        }

        var page = new Page();
        if (rows.Count == 0)
            page.Line("Nothing is like that.");
        else
            page.Table(grid);
        return page;
    }
}
