using System.CommandLine;
using System.Text.Json.Nodes;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Objects;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Fleet;

/// <summary><c>brokkr submit</c>: hands manifests to a stack.</summary>
internal static class SubmitCommand
{
    public static Command Create(CommandLine line)
    {
        var stack = line.Name("STACK", "A stack, by name or id", (run, ct) => run.Finder.StackNamesAsync(ct));
        var files = new Option<string[]>("--file", "-f")
        {
            Description = "A file of manifests, a directory of which each file is a deployment object, or - for standard input",
            Required = true,
            HelpName = "FILE|DIR|-",
        };
        var name = new Option<string?>("--name") { Description = "Name of the deployment object; that of the file where nothing is said" };
        var wait = new Option<bool>("--wait") { Description = "Wait until it is healthy on every agent that runs it" };
        var failFast = new Option<bool>("--fail-fast") { Description = "With --wait: give up as soon as it is failing" };
        var (timeout, output) = (WaitCommand.Timeout(), Formats.Of("text", Formats.Json, Formats.Yaml, Formats.Name));
        var command = new Command("submit", "Hand manifests to a stack: a deployment object for each file, or the next revision of it")
        {
            stack, files, name, wait, failFast, timeout, output,
        };
        return line.Runs(command, async (run, ct) =>
        {
            var bundles = run.Get(files)!.SelectMany(f => ManifestFiles.Read(f, run.Get(name), run.Around.In)).ToList();
            var into = await run.Finder.StackAsync(run.Get(stack), ct);
            var code = ExitCodes.Ok;
            foreach (var bundle in bundles)
            {
                var answer = await run.Broker.PostAsync($"api/v1/stacks/{into.Id}/deployment-objects",
                    new JsonObject { ["name"] = bundle.Name, ["yaml"] = bundle.Yaml }, ct);
                var submitted = BrokerClient.Read(answer, Answers.Default.DeploymentObject);
                var found = new FoundObject(submitted.Id, submitted.Name, into.Id, into.Name, null);
                run.Show(run.Get(output), answer, () => [$"{found}"], _ => Said(found, submitted));
                if (run.Get(wait))
                {
                    var waited = await WaitCommand.UntilAsync(run, found, "healthy", run.Get(failFast),
                        WaitCommand.TimeoutOf(run.Get(timeout)!), ct);
                    code = Math.Max(code, waited);
                }
            }

            return code;
        });
    }

    private static Page Said(FoundObject found, DeploymentObject submitted)
    {
        var page = new Page();
        page.Line($"{found} is at revision {submitted.Revision}.");
        return page;
    }
}
