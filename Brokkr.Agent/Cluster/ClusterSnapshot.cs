namespace Brokkr.Agent.Cluster;

/// <summary>What the agent knew of the cluster at one moment, indexed for attribution. Immutable; the rules read nothing else.</summary>
internal sealed class ClusterSnapshot
{
    private readonly Dictionary<ResourceId, KubeObject> _byId = [];
    private readonly Dictionary<string, KubeObject> _byUid = new(StringComparer.Ordinal);
    private readonly ILookup<string, KubeObject> _byOwner;
    private readonly ILookup<string, KubeEvent> _eventsByUid;
    private readonly IReadOnlyDictionary<KindId, KindReadability> _kinds;
    private readonly Lazy<HashSet<ResourceId>> _mounted;

    /// <param name="objects">Everything but events.</param>
    /// <param name="events">Events, in any order.</param>
    /// <param name="kinds">Kinds that could not be read, or that the cluster does not serve; every other kind counts as read.</param>
    public ClusterSnapshot(
        IReadOnlyCollection<KubeObject> objects, IEnumerable<KubeEvent> events, IReadOnlyDictionary<KindId, KindReadability>? kinds = null)
    {
        foreach (var o in objects)
        {
            _byId[o.Id] = o;
            if (o.Metadata.Uid.Length > 0)
                _byUid[o.Metadata.Uid] = o;
        }

        _byOwner = objects.Where(o => o.Metadata.Controller is not null).ToLookup(o => o.Metadata.Controller!.Uid, StringComparer.Ordinal);
        _eventsByUid = events.Where(e => e.InvolvedObject.Uid is not null).ToLookup(e => e.InvolvedObject.Uid!, StringComparer.Ordinal);
        _kinds = kinds ?? new Dictionary<KindId, KindReadability>();
        _mounted = new(() => [.. objects.OfType<Pod>().SelectMany(p => p.Claims)]);
    }

    public KubeObject? Find(ResourceId id) => _byId.GetValueOrDefault(id);

    public KubeObject? FindByUid(string uid) => _byUid.GetValueOrDefault(uid);

    /// <summary>The objects whose controller (or, without one, first owner) has this UID.</summary>
    public IEnumerable<KubeObject> OwnedBy(string uid) => _byOwner[uid];

    /// <summary>The events about the object with this UID, in no order.</summary>
    public IEnumerable<KubeEvent> EventsAbout(string uid) => _eventsByUid[uid];

    /// <summary>Whether some pod mounts this claim.</summary>
    public bool IsMounted(ResourceId claim) => _mounted.Value.Contains(claim);

    /// <summary>Whether objects of this kind could be read when the snapshot was taken.</summary>
    public KindReadability Readability(string group, string kind) => _kinds.GetValueOrDefault(new(group, kind), KindReadability.Readable);
}

/// <summary>Names a kind whatever its version.</summary>
internal readonly record struct KindId(string Group, string Kind);

/// <summary>Whether objects of a kind can be read, and what the API server said where they cannot.</summary>
internal sealed record KindReadability(KindAccess Access, bool Namespaced = true, string Message = "")
{
    public static readonly KindReadability Readable = new(KindAccess.Readable);
}

internal enum KindAccess
{
    /// <summary>Listed and watched.</summary>
    Readable,

    /// <summary>The cluster has no such kind.</summary>
    NotServed,

    /// <summary>The agent may not read it (403).</summary>
    Forbidden,

    /// <summary>The API server did not answer, or with an error.</summary>
    Unavailable,

    /// <summary>Nobody looked: what is judged does not include objects of this kind, and nothing is said of them.</summary>
    NotGiven,
}
