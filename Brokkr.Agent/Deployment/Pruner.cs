using Brokkr.Agent.Cluster.Connection;
using Brokkr.Contracts.Text;

namespace Brokkr.Agent.Deployment;

/// <summary>
/// Deletes what was applied and is not wanted any more: only what bears our mark, and nothing that others' objects would go with.
/// </summary>
internal sealed class Pruner(ClusterWriter writer, KindLookup kinds, ForeignObjects foreign, ILogger<Pruner> log)
{
    /// <returns>The entries that are still there and are to be deleted later.</returns>
    public async Task<IReadOnlyList<InventoryEntry>> DeleteAsync(IEnumerable<InventoryEntry> unwanted, DeploymentOwner owner,
        CancellationToken ct)
    {
        var kept = new List<InventoryEntry>();
        // What came first goes last: a definition takes its resources along, a namespace everything.
        foreach (var entry in unwanted.OrderByDescending(e => Bundle.WaveOf(e.Id.Group, e.Kind)))
        {
            if (await TryAsync(entry, owner, ct) is not { } reason)
                continue;
            kept.Add(entry);
            var (name, resource) = (ShortText.Name(owner.Name), ShortText.Name($"{entry.Id}"));
            var why = ShortText.Message(reason);
            DeploymentLog.NotDeleted(log, name, resource, why);
        }

        return kept;
    }

    /// <summary>What cannot be deleted now holds up no other.</summary>
    private async Task<string?> TryAsync(InventoryEntry entry, DeploymentOwner owner, CancellationToken ct)
    {
        try
        {
            return await KeptForAsync(entry, owner, ct);
        }
        catch (Exception e) when (ApiRefusal.IsOfOneRequest(e))
        {
            return e.Message;
        }
    }

    /// <summary>Deletes one object; why it has to wait where it does, null where there is nothing left to do.</summary>
    private async Task<string?> KeptForAsync(InventoryEntry entry, DeploymentOwner owner, CancellationToken ct)
    {
        if (await kinds.FindAsync(entry.ApiVersion, entry.Kind, ct) is not { } kind)
            return null;
        var path = kind.PathOf(entry.Namespace, entry.Name);
        var found = await writer.LookAsync(path, ct);
        if (found.IsAbsent || found.Found?.Metadata.DeletionTimestamp is not null)
            return null;
        if (found.Found is not { Metadata: var metadata })
            return found.Text;
        // Somebody else's by now, or to be left: not ours to think of any more.
        if (metadata.Annotations.GetValueOrDefault(Marks.Owner) != owner.Mark
            || metadata.Annotations.GetValueOrDefault(Marks.Prune) == "false")
            return null;
        if (await foreign.WithAsync(entry, owner, ct) is { } reason)
            return reason;
        var deleted = await writer.DeleteAsync(path, metadata.Uid, ct);
        if (!deleted.IsDone && !deleted.IsAbsent)
            return deleted.Text;
        var (name, resource) = (ShortText.Name(owner.Name), ShortText.Name($"{entry.Id}"));
        DeploymentLog.Deleted(log, name, resource);
        return null;
    }
}
