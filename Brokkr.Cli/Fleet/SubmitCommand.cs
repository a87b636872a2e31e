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
        var validate = new Option<bool>("--validate") { Description = "Only say what is wrong with the manifests, and what they would be" };
        var wait = new Option<bool>("--wait") { Description = "Wait until it is healthy on every agent that runs it" };
        var failFast = new Option<bool>("--fail-fast") { Description = "With --wait: give up as soon as it is failing" };
        var (timeout, output) = (WaitCommand.Timeout(), Formats.Of("text", Formats.Json, Formats.Yaml, Formats.Name));
        var command = new Command("submit", "Hand manifests to a stack: a deployment object for each file, or the next revision of it")
        {
            stack, files, name, validate, wait, failFast, timeout, output,
        };
        return line.Runs(command, async (run, ct) =>
        {
            var bundles = run.Get(files)!.SelectMany(f => ManifestFiles.Read(f, run.Get(name), run.Around.In)).ToList();
            if (bundles.GroupBy(b => b.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw new CommandException(ExitCodes.Usage,
                    $"More than one file would be {twice.Key}: the last would take the place of the others.",
                    "Put them into one file, or into a directory and give that a --name.");
            var into = await run.Finder.StackAsync(run.Get(stack), ct);
            var code = ExitCodes.Ok;
            foreach (var bundle in bundles)
            {
                var answer = await SubmitAsync(run, into.Id, bundle, run.Get(validate), isOneOfMany: bundles.Count > 1, ct);
                var submitted = BrokerClient.Read(answer, Answers.Default.DeploymentObject);
                var found = new FoundObject(submitted.Id, submitted.Name, into.Id, into.Name, null);
                run.Show(run.Get(output), answer, () => [$"{found}"], _ => Said(found, submitted, run.Get(validate)));
                if (submitted.Problems is { Count: > 0 })
                    code = ExitCodes.Differs;
                if (run.Get(wait) && !run.Get(validate))
                {
                    var waited = await WaitCommand.UntilAsync(run, found, "healthy", run.Get(failFast),
                        WaitCommand.TimeoutOf(run, timeout), ct);
                    code = Math.Max(code, waited);
                }
            }

            return code;
        });
    }

    /// <exception cref="CommandException">It was refused, and which one where there are several.</exception>
    private static async Task<JsonObject> SubmitAsync(
        Run run, string stackId, ManifestBundle bundle, bool isValidation, bool isOneOfMany, CancellationToken ct)
    {
        try
        {
            return await run.Broker.PostAsync($"api/v1/stacks/{stackId}/deployment-objects", Body(bundle, isValidation), ct);
        }
        catch (CommandException e) when (isOneOfMany)
        {
            throw new CommandException(e.ExitCode, $"{bundle.Name}: {e.Message}", e.Next);
        }
    }

    /// <summary>Brokers that cannot validate refuse what they do not know.</summary>
    private static JsonObject Body(ManifestBundle bundle, bool isValidation)
    {
        var body = new JsonObject { ["name"] = bundle.Name, ["yaml"] = bundle.Yaml };
        if (isValidation)
            body["validate_only"] = true;
        return body;
    }

    private static Page Said(FoundObject found, DeploymentObject submitted, bool isValidation)
    {
        var page = new Page();
        foreach (var problem in submitted.Problems ?? [])
            page.Line(new Piece($"{found}: line {problem.Line}, column {problem.Column}: {problem.Message}", Tone.Failing));
        if (submitted.Problems is not { Count: > 0 })
            page.Line($"{found} {(isValidation ? "would be" : "is")} at revision {submitted.Revision}.");
        return page;
    }
}
