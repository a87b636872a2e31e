using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Fleet;

/// <summary><c>brokkr get revisions</c>: what was submitted under a name, newest first.</summary>
internal static class GetRevisions
{
    public static Command Create(CommandLine line)
    {
        var (name, limit, output) = (line.ObjectName(), Rows.Limit(50), Formats.Option());
        var command = new Command("revisions", "The revisions of a deployment object, newest first") { name, limit, output };
        command.Aliases.Add("revision");
        return line.Runs(command, async (run, ct) =>
        {
            var found = await run.Finder.ObjectAsync(run.Get(name), ct);
            var answer = await run.Broker.ListAsync(() => new(Path(found)), "deployment_objects", run.Get(limit), ct);
            var rows = BrokerClient.Read(answer, "deployment_objects", Answers.Default.DeploymentObject);
            run.Show(run.Get(output), answer, () => rows.Select(r => r.Id), _ => View(rows, run.Now));
            Rows.NoteRest(run, answer);
            return ExitCodes.Ok;
        });
    }

    /// <summary>Where the revisions of a deployment object are.</summary>
    public static string Path(Lookup.FoundObject found) =>
        $"api/v1/stacks/{found.StackId}/deployment-objects/{Uri.EscapeDataString(found.Name)}/revisions";

    private static Page View(List<DeploymentObject> rows, DateTimeOffset now)
    {
        var (page, grid) = (new Page(), new Grid("REVISION", "AGE", "BY", "SUPERSEDED", "ID"));
        foreach (var r in rows)
            grid.Add($"{r.Revision}", Ages.Of(r.CreatedAt, now), r.CreatedBy, r.SupersededAt is null ? ""
                : Ages.Ago(r.SupersededAt, now), r.Id);
        page.Table(grid);
        return page;
    }
}
