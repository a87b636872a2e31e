using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Access;

/// <summary><c>brokkr audit</c>: who did what.</summary>
internal static class AuditCommand
{
    public static Command Create(CommandLine line)
    {
        var actor = new Option<string?>("--actor") { Description = "Only by keys of this name or id" };
        var action = new Option<string?>("--action") { Description = "Only this, as in create_agent" };
        var (since, limit, output) = (Durations.Since(), Rows.Limit(100), Formats.Of(Formats.Table, Formats.Json, Formats.Yaml));
        var command = new Command("audit", "Who did what, newest first") { actor, action, since, limit, output };
        return line.Runs(command, async (run, ct) =>
        {
            var from = run.Back(run.Get(since));
            var answer = await run.Broker.ListAsync(
                () => new Query("api/v1/audit-events").With("actor", run.Get(actor)).With("action", run.Get(action)).With("since", from),
                "audit_events", run.Get(limit), ct);
            run.Show(run.Get(output), answer, () => [], _ => View(BrokerClient.Read(answer, "audit_events", Answers.Default.AuditEvent)));
            Rows.NoteRest(run, answer);
            return ExitCodes.Ok;
        });
    }

    private static Page View(List<AuditEvent> events)
    {
        var (page, grid) = (new Page(), new Grid("AT", "ACTOR", "ROLE", "FROM", "ACTION", "OBJECT"));
        foreach (var e in events)
            grid.Add(Ages.Exact(e.At), e.Actor, e.ActorRole, e.Address, e.Action, e.ObjectName.Length > 0 ? e.ObjectName : e.ObjectId);
        if (events.Count == 0)
            page.Line("Nothing was done.");
        else
            page.Table(grid);
        return page;
    }
}
