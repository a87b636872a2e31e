using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Alerts;

/// <summary><c>brokkr get alerts</c>: what is or was wrong for long enough.</summary>
internal static class GetAlerts
{
    public static Command Create(CommandLine line)
    {
        var state = new Option<string>("--state") { Description = "open, ended or all", DefaultValueFactory = _ => "open" };
        state.AcceptOnlyFromAmong("open", "ended", "all");
        var status = new Option<string?>("--status") { Description = "Only failing, degraded or unknown objects, or silent agents" };
        status.AcceptOnlyFromAmong("failing", "degraded", "unknown", "silent");
        var text = new Option<string?>("--text") { Description = "Only where object, stack, agent or condition is called like this" };
        var (places, limit, output, watch) = (new Places(line), Rows.Limit(), Formats.Option(), Watching.Option());
        var command = new Command("alerts", "What is wrong for so long that somebody is told; open ones, the newest first")
        {
            state, status, places.Stack, places.Agent, text, limit, output, watch,
        };
        command.Aliases.Add("alert");
        return line.Runs(command, async (run, ct) =>
        {
            var (stackId, agentId) = await places.FindAsync(run, null, null, ct);
            return await Watching.RunAsync(run, run.Get(watch), async stop =>
            {
                var answer = await run.Broker.ListAsync(() => new Query("api/v1/alerts")
                    .With("state", run.Get(state) is "all" ? null : run.Get(state)).With("status", run.Get(status))
                    .With("stack_id", stackId).With("agent_id", agentId).With("text", run.Get(text)), "alerts", run.Get(limit), stop);
                var rows = OpenAlerts.Read(answer);
                run.Show(run.Get(output), answer, () => rows.Select(a => a.Id), isWide => View(rows, isWide, run.Now));
                Rows.NoteRest(run, answer);
            }, ct);
        });
    }

    private static Page View(List<Alert> alerts, bool isWide, DateTimeOffset now)
    {
        var page = new Page();
        if (alerts.Count == 0)
            page.Line("There is no alert.");
        else
            page.Table(AlertView.Table(alerts, isWide, now));
        return page;
    }
}
