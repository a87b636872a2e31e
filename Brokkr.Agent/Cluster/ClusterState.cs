using System.Threading.Channels;

namespace Brokkr.Agent.Cluster;

/// <summary>What the reflectors brought so far. Thread-safe; readers take snapshots.</summary>
internal sealed class ClusterState(AgentOptions options, TimeProvider clock)
{
    /// <summary>More events about one object say nothing new.</summary>
    private const int EventsPerObject = 50;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, KubeObject>> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Reading> _sources = new(StringComparer.Ordinal);
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private ClusterSnapshot? _snapshot;

    /// <summary>Whether every source that was announced has listed its objects, or failed to: before that nothing may be called missing.</summary>
    public bool IsReady
    {
        get
        {
            lock (_gate)
                return _sources.Count > 0 && _sources.Values.All(r => r.How is not null);
        }
    }

    /// <summary>Gets a token whenever something changed; many changes may give one.</summary>
    public ChannelReader<bool> Changes => _changes.Reader;

    public ClusterSnapshot Snapshot()
    {
        lock (_gate)
        {
            if (_snapshot is not null)
                return _snapshot;
            var all = _objects.Values.SelectMany(o => o.Values).ToList();
            var oldest = clock.GetUtcNow() - TimeSpan.FromMinutes(options.Diagnostics.EventLookbackMinutes) - TimeSpan.FromMinutes(30);
            var events = all.OfType<KubeEvent>().Where(e => e.LastSeen >= oldest)
                .GroupBy(e => e.InvolvedObject.Uid).SelectMany(g => g.OrderByDescending(e => e.LastSeen).Take(EventsPerObject));
            return _snapshot = new(all.FindAll(o => o is not KubeEvent), events, Kinds());
        }
    }

    /// <summary>Says that a source is about to list its objects.</summary>
    public void Announce(string source, KindId kind) => Change(() => _sources.TryAdd(source, new(kind, null)));

    /// <summary>Takes everything that a source listed, in place of what it had.</summary>
    public void Replace(string source, KindId kind, bool namespaced, IEnumerable<KubeObject> objects) => Change(() =>
    {
        // Pages that were continued across a change can name an object twice; the later one is newer.
        var byUid = new Dictionary<string, KubeObject>(StringComparer.Ordinal);
        foreach (var o in objects)
            byUid[o.Metadata.Uid] = Dated(source, o);
        _objects[source] = byUid;
        _sources[source] = new(kind, new(KindAccess.Readable, namespaced));
    });

    public void Set(string source, KubeObject changed) => Change(() => _objects[source][changed.Metadata.Uid] = Dated(source, changed));

    public void Remove(string source, KubeObject gone) => Change(() => _objects[source].Remove(gone.Metadata.Uid));

    /// <summary>Notes that a kind cannot be read; objects that were read before stay.</summary>
    public void Fail(string source, KindId kind, KindReadability why) => Change(() => _sources[source] = new(kind, why));

    /// <summary>Forgets a source whose objects no manifest names any more.</summary>
    public void Forget(string source) => Change(() =>
    {
        _objects.Remove(source);
        _sources.Remove(source);
    });

    /// <summary>Carries on when the agent first saw this generation.</summary>
    private KubeObject Dated(string source, KubeObject o)
    {
        var before = _objects.GetValueOrDefault(source)?.GetValueOrDefault(o.Metadata.Uid);
        o.GenerationSeenAt = before?.Metadata.Generation == o.Metadata.Generation ? before?.GenerationSeenAt ?? clock.GetUtcNow() : clock.GetUtcNow();
        return o;
    }

    /// <summary>A kind that is read in several namespaces is as readable as where it is least so.</summary>
    private Dictionary<KindId, KindReadability> Kinds() =>
        _sources.Values.Where(r => r.How is not null).GroupBy(r => r.Kind, r => r.How!).ToDictionary(g => g.Key, g => g.MaxBy(h => h.Access)!);

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            _snapshot = null;
        }

        _changes.Writer.TryWrite(true);
    }

    /// <summary>How one source could be read; null until it listed or failed to.</summary>
    private sealed record Reading(KindId Kind, KindReadability? How);
}
