using System.Text.Json.Nodes;

namespace Brokkr.DemoCluster.Demo;

/// <summary>Sees to it that the broker knows a stack per scenario and the agent that looks after them. Idempotent.</summary>
internal sealed class Fleet(BrokerClient broker, string directory)
{
    private const string AgentName = "demo";

    /// <summary>The stacks by scenario.</summary>
    public async Task<SortedDictionary<string, string>> EnsureStacksAsync(string scenarios, CancellationToken ct)
    {
        var known = (await broker.ListAsync("/api/v1/stacks", "stacks", ct))
            .ToDictionary(s => s["name"]!.GetValue<string>(), s => s["id"]!.GetValue<string>());
        var stacks = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(scenarios, "*.y*ml").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (!known.TryGetValue(name, out var id))
                id = (await broker.PostAsync("/api/v1/stacks", new JsonObject { ["name"] = name }, ct))["id"]!.GetValue<string>();
            await EnsureObjectAsync(id, name, await File.ReadAllTextAsync(file, ct), ct);
            stacks[name] = id;
        }

        return stacks.Count > 0 ? stacks : throw new DemoException($"There is no .yaml file in {scenarios}.");
    }

    /// <summary>The agent, targeted at the stacks, with its key in a file that its owner alone reads.</summary>
    public async Task<(string Id, string PakFile)> EnsureAgentAsync(IEnumerable<string> stackIds, CancellationToken ct)
    {
        var pakFile = Path.Combine(directory, "agent.pak");
        var id = (await broker.ListAsync("/api/v1/agents", "agents", ct))
            .Find(a => a["name"]!.GetValue<string>() == AgentName)?["id"]!.GetValue<string>();
        if (id is not null && !File.Exists(pakFile))
        {
            await broker.DeleteAsync($"/api/v1/agents/{id}", ct);
            id = null;
        }

        if (id is null)
        {
            var created = await broker.PostAsync("/api/v1/agents", new JsonObject { ["name"] = AgentName }, ct);
            id = created["agent"]!["id"]!.GetValue<string>();
            var write = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite
            };
            await using var file = new StreamWriter(pakFile, write);
            await file.WriteLineAsync(created["pak"]!.GetValue<string>());
        }

        foreach (var stackId in stackIds)
            await broker.PostAsync($"/api/v1/agents/{id}/targets", new JsonObject { ["stack_id"] = stackId }, ct);
        return (id, pakFile);
    }

    /// <summary>A manifest that did not change is not submitted again.</summary>
    private async Task EnsureObjectAsync(string stackId, string name, string yaml, CancellationToken ct)
    {
        var path = $"/api/v1/stacks/{stackId}/deployment-objects";
        var current = (await broker.ListAsync(path, "deployment_objects", ct)).Find(o => o["name"]!.GetValue<string>() == name);
        if (current is not null
            && (await broker.GetAsync($"/api/v1/deployment-objects/{current["id"]}", ct))["yaml"]!.GetValue<string>() == yaml)
            return;
        await broker.PostAsync(path, new JsonObject { ["name"] = name, ["yaml"] = yaml }, ct);
    }
}
