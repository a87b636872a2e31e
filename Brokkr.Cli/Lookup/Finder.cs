using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Lookup;

/// <summary>A deployment object that was found, and the agent that was named with it.</summary>
internal sealed record FoundObject(string Id, string Name, string StackId, string StackName, Agent? Agent)
{
    /// <summary>As every command takes it.</summary>
    public string FullName => $"{StackName}/{Name}";

    public override string ToString() => Agent is null ? FullName : $"{FullName}@{Agent.Name}";
}

/// <summary>Finds by name or identifier what a command is about.</summary>
internal sealed class Finder(BrokerClient broker)
{
    /// <summary>Names to look for like ones in; of more the first.</summary>
    private const int Candidates = 2000;

    public async Task<FoundObject> ObjectAsync(string text, CancellationToken ct)
    {
        var name = ObjectName.Parse(text);
        var agent = name.Agent is null ? null : await AgentAsync(name.Agent, ct);
        if (name.Stack is null && Identifier.Of(name.Name) is not null)
            return await ByIdAsync(name.Name, agent, ct);
        if (name.Stack is not null)
            return await InStackAsync(await StackAsync(name.Stack, ct), name.Name, agent, ct);

        var answer = await broker.GetAsync(new Query("api/v1/health").With("name", name.Name).With("agent_id", agent?.Id)
            .With("page_size", "500"), ct);
        var found = BrokerClient.Read(answer, "deployment_objects", Answers.Default.PlacedHealth).DistinctBy(r => r.Id).ToList();
        return found switch
        {
            [var one] => new(one.Id, one.Name, one.StackId, one.StackName, agent),
            [] => throw NotFound($"No agent runs a deployment object {text}.", name.Name, await ObjectNamesAsync(ct),
                "One that no agent runs yet is found as STACK/NAME."),
            _ => throw new CommandException(ExitCodes.Usage, $"{text} is in {found.Count} stacks.",
                $"Say which: {string.Join(", ", found.Select(r => $"{r.StackName}/{r.Name}").Order(StringComparer.Ordinal).Take(5))}."),
        };
    }

    public Task<Stack> StackAsync(string text, CancellationToken ct) => OneAsync("stack", text, Answers.Default.Stack, ct);

    public Task<Agent> AgentAsync(string text, CancellationToken ct) => OneAsync("agent", text, Answers.Default.Agent, ct);

    public async Task<IEnumerable<string>> ObjectNamesAsync(CancellationToken ct)
    {
        var answer = await broker.ListAsync(() => new("api/v1/health"), "deployment_objects", Candidates, ct);
        return answer["deployment_objects"]!.AsArray().Select(r => $"{r!["stack_name"]}/{r["name"]}").Distinct();
    }

    /// <summary>
    /// How a word goes on that somebody types for a deployment object: with its stack or without, on an agent behind an @.
    /// </summary>
    public async Task<IEnumerable<string>> ObjectNamesAsync(string word, CancellationToken ct)
    {
        var answer = await broker.ListAsync(() => new Query("api/v1/health").With("text", word.Split('/', '@')[^1]), "deployment_objects",
            Candidates, ct);
        return answer["deployment_objects"]!.AsArray().SelectMany(row =>
        {
            var name = word.Contains('@', StringComparison.Ordinal) ? $"{row!["name"]}@{row["agent_name"]}" : $"{row!["name"]}";
            IEnumerable<string> names = [$"{row["stack_name"]}/{name}", name];
            return word.Length == 0 ? names.Take(1) : names.Where(n => n.StartsWith(word, StringComparison.Ordinal));
        }).Distinct();
    }

    public Task<IEnumerable<string>> StackNamesAsync(CancellationToken ct) => NamesAsync("stacks", ct);

    public Task<IEnumerable<string>> AgentNamesAsync(CancellationToken ct) => NamesAsync("agents", ct);

    /// <summary>The names of stacks by their identifiers.</summary>
    public async Task<Dictionary<string, string>> StacksByIdAsync(CancellationToken ct) => ById(await AllAsync("stacks", ct));

    /// <summary>The names of agents by their identifiers.</summary>
    public async Task<Dictionary<string, string>> AgentsByIdAsync(CancellationToken ct) => ById(await AllAsync("agents", ct));

    private async Task<T> OneAsync<T>(string kind, string text, JsonTypeInfo<T> type, CancellationToken ct) where T : class
    {
        var all = $"{kind}s";
        if (Identifier.Of(text) is not null)
            return BrokerClient.Read(await broker.GetAsync($"api/v1/{all}/{text}", ct), type);
        var answer = await broker.GetAsync(new Query($"api/v1/{all}").With("name", text), ct);
        return BrokerClient.Read(answer, all, type).FirstOrDefault()
            ?? throw NotFound($"There is no {kind} {text}.", text, await NamesAsync(all, ct), $"brokkr get {all}");
    }

    private async Task<IEnumerable<string>> NamesAsync(string all, CancellationToken ct) =>
        (await AllAsync(all, ct)).Select(r => $"{r!["name"]}");

    private async Task<JsonArray> AllAsync(string all, CancellationToken ct) =>
        (await broker.ListAsync(() => new($"api/v1/{all}"), all, Candidates, ct))[all]!.AsArray();

    private static Dictionary<string, string> ById(JsonArray rows) => rows.ToDictionary(r => $"{r!["id"]}", r => $"{r!["name"]}");

    private async Task<FoundObject> ByIdAsync(string id, Agent? agent, CancellationToken ct)
    {
        var found = BrokerClient.Read(await broker.GetAsync($"api/v1/deployment-objects/{id}", ct), Answers.Default.DeploymentObject);
        return new(found.Id, found.Name, found.StackId, (await StackAsync(found.StackId, ct)).Name, agent);
    }

    private async Task<FoundObject> InStackAsync(Stack stack, string name, Agent? agent, CancellationToken ct)
    {
        var path = $"api/v1/stacks/{stack.Id}/deployment-objects";
        var answer = await broker.GetAsync(new Query(path).With("name", name), ct);
        if (BrokerClient.Read(answer, "deployment_objects", Answers.Default.DeploymentObject).FirstOrDefault() is { } found)
            return new(found.Id, found.Name, stack.Id, stack.Name, agent);
        var all = await broker.ListAsync(() => new(path), "deployment_objects", Candidates, ct);
        throw NotFound($"There is no deployment object {name} in the stack {stack.Name}.", name,
            all["deployment_objects"]!.AsArray().Select(r => $"{r!["name"]}"), $"brokkr get objects --stack {stack.Name}");
    }

    private static CommandException NotFound(string message, string word, IEnumerable<string> candidates, string otherwise) =>
        new(ExitCodes.NotFound, message, Nearest.Sentence(word, candidates) is { Length: > 0 } like ? like : otherwise);
}
