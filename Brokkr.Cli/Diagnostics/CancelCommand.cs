using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Diagnostics;

/// <summary><c>brokkr cancel</c>: withdraws a diagnostic request.</summary>
internal static class CancelCommand
{
    public static Command Create(CommandLine line)
    {
        var name = line.Name("NAME", "A diagnostic request by its id, or a deployment object of which every open one is meant",
            (run, ct) => run.Finder.ObjectNamesAsync(run.Word, ct));
        return line.Runs(new("cancel", "Withdraw a diagnostic request") { name }, async (run, ct) =>
        {
            var ids = Identifier.Of(run.Get(name)) is { } one ? [one] : await OpenAsync(run, run.Get(name), ct);
            foreach (var id in ids)
            {
                await run.Broker.PostAsync($"api/v1/diagnostics/{id}/cancel", [], ct);
                run.Screen.Raw($"{id} is cancelled.");
            }

            return ExitCodes.Ok;
        });
    }

    private static async Task<IReadOnlyList<string>> OpenAsync(Run run, string name, CancellationToken ct)
    {
        var found = await run.Finder.ObjectAsync(name, ct);
        var answer = await run.Broker.ListAsync(() => new($"api/v1/deployment-objects/{found.Id}/diagnostics"), "diagnostics", 500, ct);
        var open = BrokerClient.Read(answer, "diagnostics", Answers.Default.Diagnostic)
            .Where(d => d.Status is "pending" or "claimed" && (found.Agent is null || d.AgentId == found.Agent.Id))
                .Select(d => d.RequestId).ToList();
        return open.Count > 0 ? open : throw new CommandException(ExitCodes.NotFound, $"Nothing is asked about {found} at the moment.",
            $"brokkr get diagnostics {found.FullName} shows what was.");
    }
}
