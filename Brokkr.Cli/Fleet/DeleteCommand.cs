using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Fleet;

/// <summary><c>brokkr delete</c>: deletes a deployment object.</summary>
internal static class DeleteCommand
{
    public static Command Create(CommandLine line)
    {
        var (name, yes) = (line.ObjectName(), Confirmation.Option());
        var command = new Command("delete",
            "Delete a deployment object with its health and its diagnostics; no former revision comes back") { name, yes };
        return line.Runs(command, async (run, ct) =>
        {
            var found = await run.Finder.ObjectAsync(run.Get(name), ct);
            if (found.Agent is not null)
                throw new CommandException(ExitCodes.Usage, "A deployment object is deleted everywhere.",
                    $"brokkr agents untarget {found.Agent.Name} {found.StackName} ends it on one agent, with the rest of its stack.");
            run.Confirm($"Delete {found}? Agents that apply manifests take it out of their clusters.", run.Get(yes));
            await run.Broker.DeleteAsync($"api/v1/deployment-objects/{found.Id}", ct);
            run.Screen.Note($"{found} is deleted.");
            return ExitCodes.Ok;
        });
    }
}
