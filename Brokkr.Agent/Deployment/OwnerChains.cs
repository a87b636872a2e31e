using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Deployment;

/// <summary>
/// Follows the owners of objects up to where they end, for one deletion: what has an owner that stays would not have gone by itself.
/// </summary>
/// <param name="writer">Looks at the owners.</param>
/// <param name="kinds">Finds their paths.</param>
/// <param name="served">Finds their kinds in other versions.</param>
/// <param name="goesAlong">Whether an object without owners is deleted too.</param>
internal sealed class OwnerChains(ClusterWriter writer, KindLookup kinds, ServedGroups served, Func<string, ObjectMeta, bool> goesAlong)
{
    /// <summary>By UID of an owner what of its chain stays; null where nothing does.</summary>
    private readonly Dictionary<string, string?> _known = [];

    /// <returns>The owner that stays, or cannot be looked at; null where every chain ends at something that is deleted too.</returns>
    public async Task<string?> StayingOfAsync(ObjectMeta metadata, CancellationToken ct)
    {
        foreach (var owner in metadata.OwnerReferences)
        {
            if (!_known.TryGetValue(owner.Uid, out var staying))
            {
                // Owners in a circle are nobody's.
                _known[owner.Uid] = $"{owner.Kind} {owner.Name}";
                _known[owner.Uid] = staying = await StayingOfAsync(owner, metadata.Namespace ?? "", ct);
            }

            if (staying is not null)
                return staying;
        }

        return null;
    }

    private async Task<string?> StayingOfAsync(OwnerReference owner, string ns, CancellationToken ct)
    {
        // Of a kind that is not served in any version there are no objects.
        if (await KindOfAsync(owner, ct) is not { } kind)
            return null;
        var name = $"{owner.Kind} {owner.Name}";
        var found = await writer.LookAsync(kind.PathOf(kind.Namespaced ? ns : "", owner.Name), ct);
        if (found.IsAbsent)
            return null;
        if (found.Found is not { Metadata: var metadata })
            return $"{name}, which cannot be looked at: {found.Text}";
        if (metadata.Uid != owner.Uid || metadata.DeletionTimestamp is not null)
            return null;
        return metadata.OwnerReferences.Count > 0 ? await StayingOfAsync(metadata, ct) : goesAlong(owner.Kind, metadata) ? null : name;
    }

    private async Task<ServedKind?> KindOfAsync(OwnerReference owner, CancellationToken ct)
    {
        if (await kinds.FindAsync(owner.ApiVersion, owner.Kind, ct) is { } kind)
            return kind;
        foreach (var version in await served.VersionsAsync(ResourceId.GroupOf(owner.ApiVersion), ct))
        {
            if (await kinds.FindAsync(version, owner.Kind, ct) is { } other)
                return other;
        }

        return null;
    }
}
