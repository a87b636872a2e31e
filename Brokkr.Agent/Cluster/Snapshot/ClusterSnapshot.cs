using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Cluster.Snapshot;

/// <summary>What the agent knows of the cluster at one moment, indexed for attribution. The rules read nothing else.</summary>
internal sealed class ClusterSnapshot
{
    private readonly ClusterIndex _index;
    private readonly ReadableKinds _readings;
    private readonly Lookups? _lookups;

    /// <param name="objects">Everything but events.</param>
    /// <param name="events">Events, in any order.</param>
    /// <param name="kinds">Kinds that could not be read, or that the cluster does not serve; every other kind counts as read.</param>
    public ClusterSnapshot(
        IEnumerable<KubeObject> objects, IEnumerable<KubeEvent> events, IReadOnlyDictionary<KindId, KindReadability>? kinds = null)
        : this(new ClusterIndex(), new ReadableKinds(kinds?.Select(k => (k.Key, (string?)null, k.Value)) ?? []))
    {
        foreach (var o in objects.Concat(events))
            _index.Add(o);
    }

    /// <param name="index">Must stand still as long as the snapshot is used.</param>
    /// <param name="readings">How the kinds could be read.</param>
    /// <param name="lookups">Notes what is asked for.</param>
    public ClusterSnapshot(ClusterIndex index, ReadableKinds readings, Lookups? lookups = null) =>
        (_index, _readings, _lookups) = (index, readings, lookups);

    public KubeObject? Find(ResourceId id)
    {
        _lookups?.Note(id);
        return _index.Find(id);
    }

    public KubeObject? FindByUid(string uid)
    {
        _lookups?.Note(uid);
        return _index.FindByUid(uid);
    }

    /// <summary>The objects whose controller (or, without one, first owner) has this UID.</summary>
    public IEnumerable<KubeObject> OwnedBy(string uid)
    {
        _lookups?.Note(uid);
        return _index.OwnedBy(uid);
    }

    /// <summary>The events about the object with this UID, in no order.</summary>
    public IEnumerable<KubeEvent> EventsAbout(string uid)
    {
        _lookups?.Note(uid);
        return _index.EventsAbout(uid);
    }

    /// <summary>The pods that mount this claim, in no order.</summary>
    public IReadOnlyList<Pod> MountedBy(ResourceId claim)
    {
        _lookups?.Note(claim);
        return _index.MountedBy(claim);
    }

    /// <summary>Whether objects of this kind could be read wherever the agent looks.</summary>
    public KindReadability Readability(string group, string kind) => _readings.Of(new(group, kind));

    /// <summary>Whether objects of this kind could be read in this namespace; empty for a kind without namespaces.</summary>
    public KindReadability Readability(string group, string kind, string ns) => _readings.Of(new(group, kind), ns);
}
