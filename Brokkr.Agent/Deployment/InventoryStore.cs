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
internal sealed class InventoryStore(KubeClient client, ClusterWriter writer, ConnectionOptions connection, DeploymentOptions options)
{
    private const string Key = "inventory";

    private string Namespace => options.InventoryNamespace is { Length: > 0 } set ? set : client.HomeNamespace;

    private string Root => $"api/v1/namespaces/{Uri.EscapeDataString(Namespace)}/configmaps";

    /// <summary>Reads every inventory of this agent.</summary>
    public Task<Dictionary<DeploymentOwner, Inventory>> ReadAsync(CancellationToken ct) => client.InTimeAsync(async within =>
    {
        using var response = await client.OpenAsync(
            $"{Root}?labelSelector={Uri.EscapeDataString($"{Marks.Inventory}={connection.AgentId}")}", null, within);
        if (!response.IsSuccessStatusCode)
        {
            var reason = await KubeClient.ReasonAsync(response, within);
            throw new HttpRequestException($"The lists of what is applied cannot be read in the namespace {Namespace} "
                + $"(agent.deployment.inventory_namespace): {reason}", null, response.StatusCode);
        }

        using var list = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(within), cancellationToken: within);
        var found = new Dictionary<DeploymentOwner, Inventory>();
        foreach (var item in list.RootElement.GetProperty("items").EnumerateArray())
        {
            var mark = item.GetProperty("metadata").TryGetProperty("annotations", out var annotations)
                && annotations.TryGetProperty(Marks.Owner, out var owner) ? owner.GetString() : null;
            if (DeploymentOwner.Parse(mark ?? "") is { } whose && item.TryGetProperty("data", out var data)
                && data.TryGetProperty(Key, out var text))
                found[whose] = Parse(text.GetString()!);
        }

        return found;
    }, ct);

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
                Require(there, owner);
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
                ["annotations"] = new JsonObject { [Marks.Owner] = owner.Mark },
            },
            ["data"] = new JsonObject { [Key] = JsonSerializer.Serialize(inventory, InventoryJson.Default.Inventory) },
        };
        Require(await writer.ApplyAsync(path, json.ToJsonString(), force: true, dryRun: false, ct), owner);
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

    private void Require(WriteAnswer answer, DeploymentOwner owner)
    {
        if (!answer.IsDone)
        {
            throw new HttpRequestException(
                $"The list of what is applied for {owner.Name} cannot be kept in the namespace {Namespace} "
                + $"(agent.deployment.inventory_namespace): {answer.Text}", null, answer.Status);
        }
    }

    /// <summary>Names of deployment objects are longer and freer than those of ConfigMaps.</summary>
    private static string NameOf(DeploymentOwner owner) =>
        $"brokkr-inventory-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner.Mark)).AsSpan(0, 12))}";
}
