using System.CommandLine;
using System.Text.Json.Nodes;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Fleet;

/// <summary><c>brokkr stacks</c>: makes stacks and deletes them.</summary>
internal static class StacksCommand
{
    public static Command Create(CommandLine line)
    {
        var (created, output) = (new Argument<string>("NAME") { Description = "Name of the new stack" },
            Formats.Of(Formats.Name, Formats.Json, Formats.Yaml));
        var (deleted, yes) = (line.Name("NAME", "A stack, by name or id", (run, ct) => run.Finder.StackNamesAsync(ct)),
            Confirmation.Option());
        return new("stacks", "Make stacks and delete them")
        {
            line.Runs(new("create", "Make a stack") { created, output }, async (run, ct) =>
            {
                var stack = await run.Broker.PostAsync("api/v1/stacks", new JsonObject { ["name"] = run.Get(created) }, ct);
                run.Show(run.Get(output), stack, () => [$"{stack["name"]}"], _ => new());
                run.Screen.Note($"Next: brokkr submit {run.Get(created)} -f FILE, and brokkr agents target AGENT {run.Get(created)}");
                return ExitCodes.Ok;
            }),
            line.Runs(new("delete", "Delete a stack with its deployment objects, their health and their diagnostics") { deleted, yes },
                async (run, ct) =>
            {
                var stack = await run.Finder.StackAsync(run.Get(deleted), ct);
                run.Confirm($"Delete the stack {stack.Name} and everything in it?", run.Get(yes));
                await run.Broker.DeleteAsync($"api/v1/stacks/{stack.Id}", ct);
                run.Screen.Note($"The stack {stack.Name} is deleted.");
                return ExitCodes.Ok;
            }),
        };
    }
}
