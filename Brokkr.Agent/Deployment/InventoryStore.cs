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

    private string Namespace => options.InventoryNamespace is { Length: > 0 } set ? set : client.HomeNamespace;

    private string Root => $"api/v1/namespaces/{Uri.EscapeDataString(Namespace)}/configmaps";

    /// <summary>Reads every inventory of this agent, and the number of the newest target state that it acted upon, 0 where it noted none.</summary>
    public async Task<(Dictionary<DeploymentOwner, Inventory> Inventories, long LastNumber)> ReadAsync(CancellationToken ct)
    {
        var own = await ReadAsync(connection.AgentId, null, ct);
        if (succession.Predecessor is { } predecessor)
            await TakeOverAsync(predecessor, own.Inventories, ct);
        return own;
    }

    /// <summary>Takes over what a predecessor applied in this very cluster: noted as this agent's first, then no longer as the other's.</summary>
    private async Task TakeOverAsync(string predecessor, Dictionary<DeploymentOwner, Inventory> own, CancellationToken ct)
    {
        var (_, id) = await cluster.ReadAsync(ct);
        if (id.Length == 0)
        {
            DeploymentLog.ClusterUnknown(log);
            return;
        }

        foreach (var (former, inventory) in (await ReadAsync(predecessor, id, ct)).Inventories)
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
    private async Task<(Dictionary<DeploymentOwner, Inventory> Inventories, long LastNumber)> ReadAsync(
        string agent, string? inCluster, CancellationToken ct)
    {
        using var within = client.Within(KubeClient.ReadTimeout, ct);
        using var response = await client.OpenAsync(
            $"{Root}?labelSelector={Uri.EscapeDataString($"{Marks.Inventory}={agent}")}", null, within.Token);
        if (!response.IsSuccessStatusCode)
        {
            var reason = await KubeClient.ReasonAsync(response, within.Token);
            throw new HttpRequestException($"The lists of what is applied cannot be read in the namespace {Namespace} "
                + $"(agent.deployment.inventory_namespace): {reason}", null, response.StatusCode);
        }

        using var list =
            await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(within.Token), cancellationToken: within.Token);
        var found = new Dictionary<DeploymentOwner, Inventory>();
        var last = 0L;
        foreach (var item in list.RootElement.GetProperty("items").EnumerateArray())
        {
            var mark = item.GetProperty("metadata").TryGetProperty("annotations", out var annotations)
                && annotations.TryGetProperty(Marks.Owner, out var owner) ? owner.GetString() : null;
            if (!item.TryGetProperty("data", out var data)
                || (inCluster is not null && (annotations.ValueKind != JsonValueKind.Object
                    || !annotations.TryGetProperty(Marks.Cluster, out var written) || written.GetString() != inCluster)))
                continue;
            if (DeploymentOwner.Parse(mark ?? "") is { } whose && data.TryGetProperty(Key, out var text))
                found[whose] = Parse(text.GetString()!);
            if (data.TryGetProperty(NumberKey, out var number)
                && long.TryParse(number.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var noted))
                last = noted;
        }

        return (found, last);
    }

    /// <summary>Notes the number of the newest target state that was acted upon.</summary>
    public async Task WriteNumberAsync(long number, CancellationToken ct)
    {
        var name = $"brokkr-target-state-{connection.AgentId}";
        var json = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { [Marks.Inventory] = connection.AgentId } },
            ["data"] = new JsonObject { [NumberKey] = number.ToString(CultureInfo.InvariantCulture) },
        };
        Require(await writer.ApplyAsync($"{Root}/{name}", json.ToJsonString(), force: true, dryRun: false, ct), "this agent");
    }

    /// <summary>Keeps an inventory; one without entries is deleted.</summary>
    public async Task WriteAsync(DeploymentOwner owner, Inventory inventory, CancellationToken ct)
    {
        var (path, id) = ($"{Root}/{NameOf(owner)}", (await cluster.ReadAsync(ct)).Id);
        if (inventory.Entries.Count == 0)
        {
            var there = await writer.LookAsync(path, ct);
            if (there.Found is { } known)
                there = await writer.DeleteAsync(path, known.Metadata.Uid, ct);
            if (!there.IsAbsent)
                Require(there, owner.Name);
            return;
        }

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
            throw new HttpRequestException(
                $"The list of what is applied for {whose} cannot be kept in the namespace {Namespace} "
                + $"(agent.deployment.inventory_namespace): {answer.Text}", null, answer.Status);
        }
    }

    /// <summary>Names of deployment objects are longer and freer than those of ConfigMaps.</summary>
    private static string NameOf(DeploymentOwner owner) =>
        $"brokkr-inventory-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner.Mark)).AsSpan(0, 12))}";
}
