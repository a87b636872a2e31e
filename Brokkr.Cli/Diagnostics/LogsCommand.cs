using System.CommandLine;
using System.Text.Json.Nodes;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Objects;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Diagnostics;

/// <summary><c>brokkr logs</c>: the last lines of containers, out of a diagnostic.</summary>
internal static class LogsCommand
{
    public static Command Create(CommandLine line)
    {
        var name = line.ObjectName();
        var container = new Option<string?>("--container", "-c") { Description = "Only containers of this name, or POD/CONTAINER" };
        var previous = new Option<bool>("--previous", "-p") { Description = "Of the run before, where the container restarted" };
        var fresh = new Option<bool>("--fresh") { Description = "Ask anew instead of taking the newest diagnostic that there is" };
        var timeout = WaitCommand.Timeout();
        var command = new Command("logs", "The last lines of containers, out of the newest diagnostic; asks for one where there is none")
        {
            name, container, previous, fresh, timeout,
        };
        return line.Runs(command, async (run, ct) =>
        {
            var found = await run.Finder.ObjectAsync(run.Get(name), ct);
            var answer = run.Get(fresh) || await NewestAsync(run, found, ct) is not { } known
                ? await AskAsync(run, found, WaitCommand.TimeoutOf(run, timeout), ct)
                : await run.Broker.GetAsync($"api/v1/diagnostics/{known}", ct);
            var result = Asking.Finished(answer).Result!;
            var logs = run.Get(previous) ? result.PreviousLogTails : result.LogTails;
            Show(run, Chosen(logs, run.Get(container)), result);
            return ExitCodes.Ok;
        });
    }

    private static async Task<JsonObject> AskAsync(Run run, FoundObject found, TimeSpan timeout, CancellationToken ct)
    {
        var request = await Asking.RequestAsync(run, found, ct);
        return await Asking.ResultAsync(run, $"{request["request_id"]}", timeout, ct);
    }

    private static void Show(Run run, List<KeyValuePair<string, IReadOnlyList<string>>> logs, DiagnosticResult result)
    {
        run.Screen.Note($"Gathered {Ages.Ago(result.CollectedAt, run.Now)}; --fresh asks anew.");
        foreach (var (container, lines) in logs)
        {
            var before = logs.Count > 1 ? $"{container}: " : "";
            foreach (var line in lines)
                run.Screen.Raw(new Piece($"{before}{line}").Text);
        }
    }

    /// <summary>The logs of the containers that are meant.</summary>
    private static List<KeyValuePair<string, IReadOnlyList<string>>> Chosen(
        IReadOnlyDictionary<string, IReadOnlyList<string>> logs, string? container)
    {
        var there = logs.Where(l => l.Value.Count > 0).OrderBy(l => l.Key, StringComparer.Ordinal).ToList();
        var chosen = there.FindAll(l =>
            container is null || l.Key == container || l.Key.EndsWith($"/{container}", StringComparison.Ordinal));
        if (chosen.Count > 0)
            return chosen;
        throw there.Count == 0
            ? new CommandException(ExitCodes.NotFound, "The diagnostic holds no such logs.",
                "brokkr diagnose NAME --wait tells what could not be read.")
            : new(ExitCodes.NotFound, $"There is no log of {container}.",
                Nearest.Sentence(container!, there.Select(l => l.Key)) is { Length: > 0 } like
                ? like
                : $"There are {string.Join(", ", there.Select(l => l.Key).Take(5))}.");
    }

    /// <summary>The newest request that has a result; null where there is none.</summary>
    private static async Task<string?> NewestAsync(Run run, FoundObject found, CancellationToken ct)
    {
        var answer = await run.Broker.GetAsync(new Query($"api/v1/deployment-objects/{found.Id}/diagnostics").With("page_size", "50"), ct);
        return BrokerClient.Read(answer, "diagnostics", Answers.Default.Diagnostic)
            .FirstOrDefault(d => d.Status == "completed" && (found.Agent is null || d.AgentId == found.Agent.Id))?.RequestId;
    }
}
