using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Brokkr.DemoCluster.Api.Control;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Json;
using Brokkr.DemoCluster.Api.Kinds;

namespace Brokkr.DemoCluster.Api.Objects;

/// <summary>What an edit makes of an object: its next form, none (it goes), or a refusal.</summary>
internal readonly record struct Edit(JsonObject? Next, KubeStatus? Refusal = null)
{
    public static Edit Refuse(KubeStatus refusal) => new(null, refusal);
}

/// <summary>The objects of one kind at one version.</summary>
internal sealed record Snapshot(ImmutableSortedDictionary<string, StoredObject> Objects, long Version);

/// <summary>Every object in its versions. All changes pass here, one at a time, each with a version of its own.</summary>
internal sealed class ObjectStore(DemoClusterOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Shelf> _shelves = [];
    private long _version = 1;
    private long _sealed = 1;

    public long Version
    {
        get
        {
            lock (_gate)
                return _version;
        }
    }

    public int Count
    {
        get
        {
            lock (_gate)
                return _shelves.Values.Sum(shelf => shelf.Objects.Count);
        }
    }

    /// <summary>Versions given out later are larger than any that was recorded.</summary>
    public void Witness(string recordedVersion)
    {
        if (long.TryParse(recordedVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            _version = Math.Max(_version, version);
    }

    /// <summary>Takes in a recorded object. The core form of an event wins over its copy in the other group.</summary>
    public void Restore(ResourceKind kind, byte[] body)
    {
        var json = ApiJson.Parse(kind.IsNewEvent ? ApiJson.Bytes(EventTranslation.ToCore(ApiJson.Parse(body))) : body);
        var metadata = json["metadata"]!.AsObject();
        var key = StoredObject.KeyOf(kind.Namespaced ? metadata["namespace"]?.ToString() : null, metadata["name"]!.ToString());
        if (kind.IsNewEvent && ShelfOf(kind).Objects.ContainsKey(key))
            return;
        Witness(metadata["resourceVersion"]?.ToString() ?? "");
        metadata.TryAdd("uid", $"{Guid.NewGuid()}");
        metadata.TryAdd("resourceVersion", _version.ToString(CultureInfo.InvariantCulture));
        ShelfOf(kind).Restore(new(key, _version, ApiJson.Bytes(json)));
    }

    /// <summary>Ends the taking in: what was before now is too old to watch from.</summary>
    public void Seal()
    {
        _sealed = _version;
        foreach (var shelf in _shelves.Values)
            shelf.Seal(_sealed);
    }

    public StoredObject? Find(ResourceKind kind, string key)
    {
        lock (_gate)
            return ShelfOf(kind).Objects.GetValueOrDefault(key);
    }

    public Snapshot Read(ResourceKind kind)
    {
        lock (_gate)
            return new(ShelfOf(kind).Objects, _version);
    }

    /// <summary>The objects as they were; null when that is too long ago or was never.</summary>
    public Snapshot? ReadAt(ResourceKind kind, long version)
    {
        lock (_gate)
            return version >= ShelfOf(kind).Oldest && version <= _version ? new(ShelfOf(kind).At(version), version) : null;
    }

    /// <summary>Changes one object by what the edit makes of it; an edit that changes nothing leaves no trace.</summary>
    public (StoredObject? Object, KubeStatus? Refusal) Write(ResourceKind kind, string key, Func<StoredObject?, Edit> edit,
        bool dryRun = false)
    {
        lock (_gate)
        {
            var shelf = ShelfOf(kind);
            var before = shelf.Objects.GetValueOrDefault(key);
            var (next, refusal) = edit(before);
            if (refusal is not null)
                return (null, refusal);
            if (before is not null && next is not null && JsonNode.DeepEquals(before.ToJson(), next))
                return (before, null);
            if (dryRun)
                return (Tried(key, before, next), null);
            var last = Stamp(key, next ?? before!.ToJson(), ++_version);
            shelf.Apply(new(before, next is null ? null : last, last));
            return (last, null);
        }
    }

    /// <summary>Deletes objects of some kinds, whoever owns them.</summary>
    public void DeleteWhere(Func<ResourceKind, StoredObject, bool> isGone, IEnumerable<ResourceKind> kinds)
    {
        lock (_gate)
        {
            foreach (var kind in kinds)
            {
                foreach (var gone in ShelfOf(kind).Objects.Values.Where(o => isGone(kind, o)).ToList())
                    ShelfOf(kind).Apply(new(gone, null, Stamp(gone.Key, gone.ToJson(), ++_version)));
            }
        }
    }

    /// <summary>Deletes what only the deleted object owned, and what that owned in turn.</summary>
    public void DeleteDependents(string ownerUid)
    {
        lock (_gate)
        {
            foreach (var shelf in _shelves.Values)
            {
                foreach (var dependent in shelf.Objects.Values.Where(o => IsOnlyOwner(o, ownerUid)).ToList())
                {
                    shelf.Apply(new(dependent, null, Stamp(dependent.Key, dependent.ToJson(), ++_version)));
                    DeleteDependents(dependent.Uid);
                }
            }
        }
    }

    /// <summary>Follows the changes after a version, or after now; null when the version is too old or was never.</summary>
    public ObjectFeed? Watch(ResourceKind kind, long? since)
    {
        lock (_gate)
        {
            var shelf = ShelfOf(kind);
            if (since < shelf.Oldest || since > _version)
                return null;
            var channel = shelf.Subscribe(since ?? _version);
            return new(new(shelf.Objects, _version), channel, () => Unsubscribe(shelf, channel));
        }
    }

    public long Oldest(ResourceKind kind)
    {
        lock (_gate)
            return ShelfOf(kind).Oldest;
    }

    private void Unsubscribe(Shelf shelf, Channel<Change> channel)
    {
        lock (_gate)
            shelf.Unsubscribe(channel);
    }

    private Shelf ShelfOf(ResourceKind kind)
    {
        if (!_shelves.TryGetValue(kind.Shelf, out var shelf))
            _shelves[kind.Shelf] = shelf = new(_sealed, options.RememberedChanges);
        return shelf;
    }

    private static StoredObject Stamp(string key, JsonObject json, long version)
    {
        json["metadata"]!["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        return new(key, version, ApiJson.Bytes(json));
    }

    /// <summary>What a dry run answers: a change of something keeps its version.</summary>
    private StoredObject Tried(string key, StoredObject? before, JsonObject? next)
    {
        if (next is null)
            return before!;
        if (before is null)
            return Stamp(key, next, _version);
        next["metadata"]!["resourceVersion"] = before.Value.TextAt("metadata.resourceVersion");
        return new(key, before.Version, ApiJson.Bytes(next));
    }

    private static bool IsOnlyOwner(StoredObject dependent, string uid)
    {
        var owners = dependent.Value.ItemsAt("metadata.ownerReferences").Select(owner => owner.TextAt("uid")).ToList();
        return owners.Count > 0 && owners.TrueForAll(owner => owner == uid);
    }
}
