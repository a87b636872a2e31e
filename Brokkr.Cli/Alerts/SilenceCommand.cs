using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Alerts;

/// <summary><c>brokkr silence</c>: what is not to be told for a while.</summary>
internal static class SilenceCommand
{
    public static Command Create(CommandLine line) => new("silence", "What is not to be told for a while")
    {
        SilenceCreation.Create(line), List(line), End(line),
    };

    private static Command List(CommandLine line)
    {
        var (limit, output) = (Rows.Limit(), Formats.Option());
        return line.Runs(new("list", "Lists what is silenced or will be, newest first") { limit, output }, async (run, ct) =>
        {
            var answer = await ListAsync(run, run.Get(limit), ct);
            var rows = BrokerClient.Read(answer, "silences", Answers.Default.AlertSilence);
            var isTable = run.Get(output) is Formats.Table or Formats.Wide;
            var stacks = isTable && rows.Exists(s => s.StackIds.Count > 0) ? await run.Finder.StacksByIdAsync(ct) : [];
            var agents = isTable && rows.Exists(s => s.AgentIds.Count > 0) ? await run.Finder.AgentsByIdAsync(ct) : [];
            run.Show(run.Get(output), answer, () => rows.Select(s => s.Id), _ => SilenceView.Of(rows, stacks, agents, run.Now));
            Rows.NoteRest(run, answer);
            return ExitCodes.Ok;
        });
    }

    private static Command End(CommandLine line)
    {
        var ids = line.Completed(new Argument<string[]>("ID") { Description = "Silences, by their ids", Arity = ArgumentArity.OneOrMore },
            async (run, ct) => (await ListAsync(run, 500, ct))["silences"]!.AsArray().Select(s => $"{s!["id"]}"));
        return line.Runs(new("end", "End a silence now") { ids }, async (run, ct) =>
        {
            foreach (var id in run.Get(ids))
            {
                await run.Broker.DeleteAsync($"api/v1/alert-silences/{Identifier.Require(id, "silence", "brokkr silence list")}", ct);
                run.Screen.Note($"The silence {id} is over.");
            }

            return ExitCodes.Ok;
        });
    }

    private static Task<System.Text.Json.Nodes.JsonObject> ListAsync(Run run, int limit, CancellationToken ct) =>
        run.Broker.ListAsync(() => new("api/v1/alert-silences"), "silences", limit, ct);
}
