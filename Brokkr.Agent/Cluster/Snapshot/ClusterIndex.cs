using System.Runtime.InteropServices;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Cluster.Snapshot;

/// <summary>Objects by name, by UID and by owner, and events by what they are about. Not thread-safe.</summary>
internal sealed class ClusterIndex
{
    /// <summary>More events about one object say nothing new.</summary>
    private const int EventsPerObject = 50;

    private readonly Dictionary<ResourceId, KubeObject> _byId = [];
    private readonly Dictionary<string, KubeObject> _byUid = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<KubeObject>> _byOwner = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceId, List<Pod>> _mounts = [];
    private readonly Dictionary<string, List<KubeEvent>> _eventsByUid = new(StringComparer.Ordinal);

    public KubeObject? Find(ResourceId id) => _byId.GetValueOrDefault(id);

    public KubeObject? FindByUid(string uid) => _byUid.GetValueOrDefault(uid);

    public IReadOnlyList<KubeObject> OwnedBy(string uid) => _byOwner.GetValueOrDefault(uid) ?? [];

    public IReadOnlyList<KubeEvent> EventsAbout(string uid) => _eventsByUid.GetValueOrDefault(uid) ?? [];

    /// <summary>The pods that mount this claim.</summary>
    public IReadOnlyList<Pod> MountedBy(ResourceId claim) => _mounts.GetValueOrDefault(claim) ?? [];

    /// <summary>Takes in an object whose former form, if any, was removed.</summary>
    /// <returns>An older event that gives way to it.</returns>
    public KubeEvent? Add(KubeObject o)
    {
        if (o is KubeEvent e)
            return AddEvent(e);
        _byId[o.Id] = o;
        if (o.Metadata.Uid.Length > 0)
            _byUid[o.Metadata.Uid] = o;
        if (o.Metadata.Controller is { } owner)
            ListOf(_byOwner, owner.Uid).Add(o);
        if (o is Pod pod)
        {
            foreach (var claim in pod.Claims)
                ListOf(_mounts, claim).Add(pod);
        }

        return null;
    }

    public void Remove(KubeObject o)
    {
        if (o is KubeEvent e)
        {
            RemoveFrom(_eventsByUid, e.InvolvedObject.Uid ?? "", e);
            return;
        }

        // The name or the UID may stand for another object by now.
        if (_byId.GetValueOrDefault(o.Id) == o)
            _byId.Remove(o.Id);
        if (_byUid.GetValueOrDefault(o.Metadata.Uid) == o)
            _byUid.Remove(o.Metadata.Uid);
        RemoveFrom(_byOwner, o.Metadata.Controller?.Uid ?? "", o);
        if (o is Pod pod)
        {
            foreach (var claim in pod.Claims)
                RemoveFrom(_mounts, claim, pod);
        }
    }

    /// <summary>A copy that stands still.</summary>
    public ClusterIndex Copy()
    {
        var copy = new ClusterIndex();
        foreach (var o in _byId.Values.Concat(_eventsByUid.Values.SelectMany(e => e)))
            copy.Add(o);
        return copy;
    }

    private KubeEvent? AddEvent(KubeEvent e)
    {
        if (e.InvolvedObject.Uid is not { } about)
            return null;
        var events = ListOf(_eventsByUid, about);
        events.Add(e);
        if (events.Count <= EventsPerObject)
            return null;
        var oldest = events.MinBy(known => known.LastSeen)!;
        events.Remove(oldest);
        return oldest;
    }

    private static List<T> ListOf<TKey, T>(Dictionary<TKey, List<T>> lists, TKey key) where TKey : notnull =>
        CollectionsMarshal.GetValueRefOrAddDefault(lists, key, out _) ??= new(1);

    private static void RemoveFrom<TKey, T>(Dictionary<TKey, List<T>> lists, TKey key, T gone) where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
            return;
        list.Remove(gone);
        if (list.Count == 0)
            lists.Remove(key);
    }
}
