using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Fleet;

/// <summary>Finds a revision of a deployment object by its number.</summary>
internal static class RevisionChoice
{
    public static Option<int?> Option(string name, string description) => new(name) { Description = description, HelpName = "REVISION" };

    /// <summary>The newest one where no number is given.</summary>
    public static async Task<DeploymentObject> FindAsync(Run run, FoundObject found, int? revision, CancellationToken ct)
    {
        var answer = await run.Broker.ListAsync(() => new(GetRevisions.Path(found)), "deployment_objects", revision is null ? 1 : 0, ct);
        var rows = BrokerClient.Read(answer, "deployment_objects", Answers.Default.DeploymentObject);
        return rows.Find(r => revision is null || r.Revision == revision)
            ?? throw new CommandException(ExitCodes.NotFound, $"{found} has no revision {revision}.",
                $"brokkr get revisions {found.FullName}");
    }
}
