using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster.Connection;

namespace Brokkr.Agent.Deployment;

/// <summary>
/// Keeps the inventories in ConfigMaps, one for each deployment object, so that the next agent process knows what this one applied.
/// </summary>
internal sealed class InventoryStore(KubeClient client, ClusterWriter writer, ClusterIdentity cluster, Succession succession,
    ConnectionOptions connection, DeploymentOptions options, ILogger<InventoryStore> log)
{
    private const string Key = "inventory";
    private const string NumberKey = "target_number";
    private const string HeldOfKey = "deletion_held_of";

    private string Namespace => options.InventoryNamespace is { Length: > 0 } set ? set : client.HomeNamespace;

    private string Root => $"api/v1/namespaces/{Uri.EscapeDataString(Namespace)}/configmaps";

    /// <summary>Reads every inventory of this agent, those that it takes over included, and what it noted of deletions.</summary>
    public async Task<(Dictionary<DeploymentOwner, Inventory> Inventories, BrakeNote Note)> ReadAsync(CancellationToken ct)
    {
        var own = await ReadAsync(connection.AgentId, null, ct);
        if (succession.Predecessor is { } predecessor)
            await TakeOverAsync(predecessor, own.Found, ct);
        return (own.Found, own.Note);
    }

    /// <summary>
    /// Takes over what a predecessor applied in this very cluster: noted as this agent's first, then no longer as the other's.
    /// </summary>
    private async Task TakeOverAsync(string predecessor, Dictionary<DeploymentOwner, Inventory> own, CancellationToken ct)
    {
        var id = await cluster.IdAsync(ct);
        if (id.Length == 0)
        {
            DeploymentLog.ClusterUnknown(log);
            return;
        }

        var (lists, _, foreign) = await ReadAsync(predecessor, id, ct);
        if (foreign > 0)
            DeploymentLog.NotTakenOver(log, foreign, Marks.Cluster, id);
        foreach (var (former, inventory) in lists)
        {
            var owner = former with { AgentId = connection.AgentId };
            var all = new Inventory(own.GetValueOrDefault(owner, inventory).Revision,
                [.. own.GetValueOrDefault(owner, Inventory.Empty).Entries.UnionBy(inventory.Entries, e => e.Id)]);
            await WriteAsync(owner, all, ct);
            await WriteAsync(former, Inventory.Empty, ct);
            own[owner] = all;
            var name = Contracts.Text.ShortText.Name(owner.Name);
            DeploymentLog.TakenOver(log, name, inventory.Entries.Count);
        }
    }

    /// <param name="agent">Whose inventories.</param>
    /// <param name="inCluster">Only those that were written in this cluster; null for all.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The inventories, what was noted of deletions, and how many inventories are not of this cluster.</returns>
    private Task<(Dictionary<DeploymentOwner, Inventory> Found, BrakeNote Note, int Foreign)> ReadAsync(
        string agent, string? inCluster, CancellationToken ct) => client.InTimeAsync(async within =>
    {
        using var response = await client.OpenAsync(
            $"{Root}?labelSelector={Uri.EscapeDataString($"{Marks.Inventory}={agent}")}", null, within);
        if (!response.IsSuccessStatusCode)
        {
            var refusal = await ApiRefusal.OfAsync(response, within);
            throw new ApiRefusal($"The lists of what is applied cannot be read in the namespace {Namespace} "
                + $"(agent.deployment.inventory_namespace): {refusal.Message}", response.StatusCode, refusal.RetryAfter);
        }

        using var list = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(within), cancellationToken: within);
        var found = new Dictionary<DeploymentOwner, Inventory>();
        var (note, foreign) = (default(BrakeNote), 0);
        foreach (var item in list.RootElement.GetProperty("items").EnumerateArray())
        {
            if (!item.TryGetProperty("data", out var data))
                continue;
            if (TextOf(data, NumberKey) is { } number)
                note = new(NumberOf(number), (int)Math.Min(NumberOf(TextOf(data, HeldOfKey)), int.MaxValue));
            var annotations = item.GetProperty("metadata").TryGetProperty("annotations", out var some) ? some : default;
            if (DeploymentOwner.Parse(TextOf(annotations, Marks.Owner) ?? "") is not { } whose || TextOf(data, Key) is not { } text)
                continue;
            if (inCluster is null || TextOf(annotations, Marks.Cluster) == inCluster)
                found[whose] = Parse(text);
            else
                foreign++;
        }

        return (found, note, foreign);
    }, ct);

    private static string? TextOf(JsonElement map, string key) =>
        map.ValueKind == JsonValueKind.Object && map.TryGetProperty(key, out var text) ? text.GetString() : null;

    private static long NumberOf(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>Keeps what the next process has to know of deletions.</summary>
    public async Task WriteNoteAsync(BrakeNote note, CancellationToken ct)
    {
        var name = $"brokkr-target-state-{connection.AgentId}";
        var json = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { [Marks.Inventory] = connection.AgentId } },
            ["data"] = new JsonObject
            {
                [NumberKey] = note.LastNumber.ToString(CultureInfo.InvariantCulture),
                [HeldOfKey] = note.HeldOf.ToString(CultureInfo.InvariantCulture),
            },
        };
        Require(await writer.ApplyAsync($"{Root}/{name}", json.ToJsonString(), force: true, dryRun: false, ct), "this agent");
    }

    /// <summary>Keeps an inventory; one without entries is deleted.</summary>
    public async Task WriteAsync(DeploymentOwner owner, Inventory inventory, CancellationToken ct)
    {
        var path = $"{Root}/{NameOf(owner)}";
        if (inventory.Entries.Count == 0)
        {
            var there = await writer.LookAsync(path, ct);
            if (there.Found is { } known)
                there = await writer.DeleteAsync(path, known.Metadata.Uid, ct);
            if (!there.IsAbsent)
                Require(there, owner.Name);
            return;
        }

        var id = await cluster.IdAsync(ct);
        var json = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject
            {
                ["name"] = NameOf(owner),
                ["labels"] = new JsonObject { [Marks.Inventory] = connection.AgentId },
                ["annotations"] = new JsonObject { [Marks.Owner] = owner.Mark, [Marks.Cluster] = id },
            },
            ["data"] = new JsonObject { [Key] = JsonSerializer.Serialize(inventory, InventoryJson.Default.Inventory) },
        };
        Require(await writer.ApplyAsync(path, json.ToJsonString(), force: true, dryRun: false, ct), owner.Name);
    }

    private static Inventory Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, InventoryJson.Default.Inventory) is { Entries: not null } read ? read : Inventory.Empty;
        }
        catch (JsonException)
        {
            // Somebody edited it. Without a list nothing is deleted, and what is applied next makes a new one.
            return Inventory.Empty;
        }
    }

    private void Require(WriteAnswer answer, string whose)
    {
        if (!answer.IsDone)
        {
            throw new ApiRefusal($"The list of what is applied for {whose} cannot be kept in the namespace {Namespace} "
                + $"(agent.deployment.inventory_namespace): {answer.Text}", answer.Status, answer.RetryAfter);
        }
    }

    /// <summary>Names of deployment objects are longer and freer than those of ConfigMaps.</summary>
    private static string NameOf(DeploymentOwner owner) =>
        $"brokkr-inventory-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner.Mark)).AsSpan(0, 12))}";
}
