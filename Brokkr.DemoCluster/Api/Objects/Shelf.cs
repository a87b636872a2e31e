using System.Collections.Immutable;
using System.Threading.Channels;

namespace Brokkr.DemoCluster.Api.Objects;

/// <summary>The objects of one kind with their recent changes and their watchers. Its store holds the lock.</summary>
internal sealed class Shelf(long oldest, int remembered)
{
    private readonly LinkedList<Change> _changes = [];
    private readonly List<Channel<Change>> _watchers = [];

    public ImmutableSortedDictionary<string, StoredObject> Objects { get; private set; } =
        ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);

    /// <summary>The oldest version whose successors are all remembered.</summary>
    public long Oldest { get; private set; } = oldest;

    public void Restore(StoredObject recorded) => Objects = Objects.SetItem(recorded.Key, recorded);

    public void Seal(long version) => Oldest = version;

    public void Apply(Change change)
    {
        Objects = change.After is null ? Objects.Remove(change.Last.Key) : Objects.SetItem(change.Last.Key, change.After);
        _changes.AddLast(change);
        if (_changes.Count > remembered)
        {
            Oldest = _changes.First!.Value.Version;
            _changes.RemoveFirst();
        }
        foreach (var watcher in _watchers)
            watcher.Writer.TryWrite(change);
    }

    /// <summary>The objects as they were at a version that is not too old.</summary>
    public ImmutableSortedDictionary<string, StoredObject> At(long version)
    {
        var objects = Objects.ToBuilder();
        for (var node = _changes.Last; node is not null && node.Value.Version > version; node = node.Previous)
        {
            var change = node.Value;
            if (change.Before is null)
                objects.Remove(change.Last.Key);
            else
                objects[change.Last.Key] = change.Before;
        }
        return objects.ToImmutable();
    }

    public Channel<Change> Subscribe(long since)
    {
        var watcher = Channel.CreateUnbounded<Change>(new() { SingleReader = true });
        foreach (var change in _changes.Where(change => change.Version > since))
            watcher.Writer.TryWrite(change);
        _watchers.Add(watcher);
        return watcher;
    }

    public void Unsubscribe(Channel<Change> watcher) => _watchers.Remove(watcher);
}
