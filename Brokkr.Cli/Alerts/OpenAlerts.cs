using System.Text.Json.Nodes;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Alerts;

/// <summary>The alerts that go on.</summary>
internal static class OpenAlerts
{
    /// <summary>Those of a deployment object, on the agent that was named with it or on all of them.</summary>
    public static async Task<JsonObject> OfAsync(Run run, FoundObject found, CancellationToken ct)
    {
        var answer = await run.Broker.ListAsync(() => Query().With("stack_id", found.StackId).With("agent_id", found.Agent?.Id)
            .With("text", found.Name), "alerts", 0, ct);
        var alike = answer["alerts"]!.AsArray().Where(a => $"{a!["name"]}" != found.Name || $"{a["stack_id"]}" != found.StackId).ToList();
        foreach (var other in alike)
            answer["alerts"]!.AsArray().Remove(other);
        return answer;
    }

    /// <summary>Those that somebody means: by the id of one, by a deployment object, or by <c>@eu-1</c> the silence of an agent.</summary>
    /// <exception cref="CommandException">There are none.</exception>
    public static async Task<IReadOnlyList<string>> IdsAsync(Run run, string text, CancellationToken ct)
    {
        var found = text.StartsWith('@')
            ? await OfSilentAsync(run, (await run.Finder.AgentAsync(text[1..], ct)).Id, ct)
            : await ObjectOrNullAsync(run, text, ct) is { } named ? await OfAsync(run, named, ct) : null;
        if (found is null)
            return [text];
        return Read(found).ConvertAll(a => a.Id) is { Count: > 0 } ids
            ? ids
            : throw new CommandException(ExitCodes.NotFound, $"{text} has no open alert.", "brokkr get alerts");
    }

    /// <summary>By what they can be named, for a shell.</summary>
    public static async Task<IEnumerable<string>> NamesAsync(Run run, CancellationToken ct) =>
        Read(await run.Broker.ListAsync(Query, "alerts", 500, ct))
            .Select(a => a.Name.Length > 0 ? $"{a.StackName}/{a.Name}" : $"@{a.AgentName}").Distinct();

    public static List<Alert> Read(JsonObject answer) => BrokerClient.Read(answer, "alerts", Answers.Default.Alert);

    /// <summary>Null for an id that is none of a deployment object: it is that of an alert.</summary>
    private static async Task<FoundObject?> ObjectOrNullAsync(Run run, string text, CancellationToken ct)
    {
        try
        {
            return await run.Finder.ObjectAsync(text, ct);
        }
        catch (CommandException e) when (e.ExitCode == ExitCodes.NotFound && Identifier.Of(text) is not null)
        {
            return null;
        }
    }

    private static Task<JsonObject> OfSilentAsync(Run run, string agentId, CancellationToken ct) =>
        run.Broker.ListAsync(() => Query().With("agent_id", agentId).With("status", "silent"), "alerts", 0, ct);

    private static Query Query() => new Query("api/v1/alerts").With("state", "open");
}
