using System.Threading.Channels;

namespace Brokkr.Agent.Cluster;

/// <summary>What the reflectors brought so far. Thread-safe; readers take snapshots.</summary>
internal sealed class ClusterState(AgentOptions options, TimeProvider clock)
{
    /// <summary>More events about one object say nothing new.</summary>
    private const int EventsPerObject = 50;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, KubeObject>> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<KindId, KindReadability> _kinds = [];
    private readonly Dictionary<string, bool> _listed = new(StringComparer.Ordinal);
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private ClusterSnapshot? _snapshot;

    /// <summary>Whether every source that was announced has listed its objects, or failed to: before that nothing may be called missing.</summary>
    public bool IsReady
    {
        get
        {
            lock (_gate)
                return _listed.Count > 0 && _listed.Values.All(done => done);
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
            return _snapshot = new(all.FindAll(o => o is not KubeEvent), events, new Dictionary<KindId, KindReadability>(_kinds));
        }
    }

    /// <summary>Says that a source is about to list its objects.</summary>
    public void Announce(string source) => Change(() => _listed.TryAdd(source, false));

    /// <summary>Takes everything that a source listed, in place of what it had.</summary>
    public void Replace(string source, KindId kind, bool namespaced, IEnumerable<KubeObject> objects) => Change(() =>
    {
        _objects[source] = objects.ToDictionary(o => o.Metadata.Uid, StringComparer.Ordinal);
        _kinds[kind] = new(KindAccess.Readable, namespaced);
        _listed[source] = true;
    });

    public void Set(string source, KubeObject changed) => Change(() => _objects[source][changed.Metadata.Uid] = changed);

    public void Remove(string source, KubeObject gone) => Change(() => _objects[source].Remove(gone.Metadata.Uid));

    /// <summary>Notes that a kind cannot be read; objects that were read before stay.</summary>
    public void Fail(string source, KindId kind, KindReadability why) => Change(() =>
    {
        _kinds[kind] = why;
        _listed[source] = true;
    });

    /// <summary>Forgets a source whose objects no manifest names any more.</summary>
    public void Forget(string source, KindId kind) => Change(() =>
    {
        _objects.Remove(source);
        _listed.Remove(source);
        _kinds.Remove(kind);
    });

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            _snapshot = null;
        }

        _changes.Writer.TryWrite(true);
    }
}
