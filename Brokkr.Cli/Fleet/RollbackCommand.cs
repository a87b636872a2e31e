using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Objects;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Fleet;

/// <summary><c>brokkr rollback</c>: submits the manifests of a former revision again.</summary>
internal static class RollbackCommand
{
    public static Command Create(CommandLine line)
    {
        var (name, yes, timeout) = (line.ObjectName(), Confirmation.Option(), WaitCommand.Timeout());
        var to = RevisionChoice.Option("--to", "The revision to go back to; the one before the newest where nothing is said");
        var wait = new Option<bool>("--wait") { Description = "Wait until it is healthy on every agent that runs it" };
        var command = new Command("rollback", "Submit the manifests of a former revision again, as a new one") { name, to, yes, wait,
            timeout };
        return line.Runs(command, async (run, ct) =>
        {
            var found = await run.Finder.ObjectAsync(run.Get(name), ct);
            var number = run.Get(to) ?? (await RevisionChoice.FindAsync(run, found, null, ct)).Revision - 1;
            if (number < 1)
                throw new CommandException(ExitCodes.NotFound, $"{found} has no revision before its first one.",
                    $"brokkr get revisions {found.FullName}");
            var former = await RevisionChoice.FindAsync(run, found, number, ct);
            run.Confirm($"Roll {found.FullName} back to revision {former.Revision}?", run.Get(yes));
            var answer = await run.Broker.PostAsync($"api/v1/deployment-objects/{former.Id}/rollback", [], ct);
            var made = BrokerClient.Read(answer, Answers.Default.DeploymentObject);
            run.Screen.Raw(
                $"{new Piece(found.FullName).Text} is at revision {made.Revision}, with the manifests of revision {former.Revision}.");
            return run.Get(wait)
                ? await WaitCommand.UntilAsync(
                    run, found with { Id = made.Id, Agent = null }, "healthy", false, WaitCommand.TimeoutOf(run, timeout), ct)
                : ExitCodes.Ok;
        });
    }
}
