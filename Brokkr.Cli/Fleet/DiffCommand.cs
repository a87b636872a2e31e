using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Fleet;

/// <summary><c>brokkr diff</c>: what differs between two revisions of a deployment object.</summary>
internal static class DiffCommand
{
    public static Command Create(CommandLine line)
    {
        var (name, output) = (line.ObjectName(), Formats.Of("text", Formats.Json, Formats.Yaml));
        var revision = RevisionChoice.Option("--revision", "The revision that is compared; the newest one where nothing is said");
        var against = RevisionChoice.Option("--base", "The revision that it is compared with; the one before it where nothing is said");
        var command = new Command("diff", "What differs between two revisions of a deployment object; ends with 3 where they differ")
        {
            name, revision, against, output,
        };
        return line.Runs(command, async (run, ct) =>
        {
            var found = await run.Finder.ObjectAsync(run.Get(name), ct);
            var compared = await RevisionChoice.FindAsync(run, found, run.Get(revision), ct);
            var baseId = run.Get(against) is { } number ? (await RevisionChoice.FindAsync(run, found, number, ct)).Id : null;
            var answer = await run.Broker.GetAsync(new Query($"api/v1/deployment-objects/{compared.Id}/diff").With("base", baseId), ct);
            var diff = BrokerClient.Read(answer, Answers.Default.Diff);
            run.Show(run.Get(output), answer, () => [], _ => View(diff));
            return diff.Added + diff.Removed > 0 ? ExitCodes.Differs : ExitCodes.Ok;
        });
    }

    /// <summary>As patches are written. Pure.</summary>
    public static Page View(Diff diff)
    {
        var page = new Page();
        if (diff.Hunks.Count == 0)
            page.Line("Nothing differs.");
        foreach (var hunk in diff.Hunks)
        {
            page.Line(new Piece($"@@ -{hunk.BaseLine} +{hunk.Line} @@", Tone.Dim));
            foreach (var line in hunk.Lines)
            {
                var (sign, tone) = line.Side switch
                {
                    "added" => ('+', Tone.Healthy),
                    "removed" => ('-', Tone.Failing),
                    _ =>
                    (' ', Tone.Plain)
                };
                page.Line(new Piece($"{sign}{line.Text}", tone));
            }
        }

        return page;
    }
}
