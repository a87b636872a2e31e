using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Cluster.Snapshot;

/// <summary>What the reflectors brought so far, indexed as it comes. Thread-safe.</summary>
internal sealed class ClusterState
{
    /// <summary>Events in all; each takes about a kilobyte and a half.</summary>
    internal const int MostEvents = 5_000;

    /// <summary>What an event is about may come to be known a little later.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly ClusterIndex _index = new();
    private readonly EventInterest _interest;
    private readonly Dictionary<string, Source> _sources = new(StringComparer.Ordinal);
    private ClusterChanges _changes = new();
    private ReadableKinds? _readings;
    private long _watchEnds;
    private int _events;
    private bool _hasDroppedEvents;

    public ClusterState(TimeProvider clock) => (_clock, _interest) = (clock, new(_index));

    /// <summary>How often a list or a watch ended and was begun again.</summary>
    public long WatchEnds => Interlocked.Read(ref _watchEnds);

    public void CountWatchEnd() => Interlocked.Increment(ref _watchEnds);

    /// <summary>
    /// Whether every place where these kinds are looked for was listed, or could not be: before that nothing may be called missing.
    /// </summary>
    public bool Knows(IEnumerable<KindId> kinds)
    {
        lock (_gate)
            return kinds.All(kind =>
                _sources.Values.Any(s => s.Kind == kind) && _sources.Values.All(s => s.Kind != kind || s.How is not null));
    }

    /// <summary>How many objects of each kind are known, and how the kind can be read.</summary>
    public IReadOnlyList<(KindId Kind, int Objects, KindAccess? Access)> Counts()
    {
        lock (_gate)
            return [.. _sources.Values.GroupBy(s => s.Kind).Select(g => (g.Key, g.Sum(s => s.Objects.Count), g.Max(s => s.How?.Access)))];
    }

    /// <summary>Looks at the cluster, which stands still meanwhile: be quick, and keep nothing but objects.</summary>
    /// <param name="lookups">Is told what was looked at.</param>
    /// <param name="look">What to do.</param>
    public T Read<T>(Lookups lookups, Func<ClusterSnapshot, T> look)
    {
        lock (_gate)
            return look(new(_index, _readings ??= ReadingsNow(), lookups));
    }

    /// <summary>A copy of everything: it costs, and is for rare questions.</summary>
    public ClusterSnapshot Snapshot()
    {
        lock (_gate)
            return new(_index.Copy(), _readings ??= ReadingsNow());
    }

    /// <summary>What changed since the last call.</summary>
    public ClusterChanges TakeChanges()
    {
        lock (_gate)
        {
            var taken = _changes;
            _changes = new();
            return taken;
        }
    }

    /// <summary>Says that a source is about to list its objects.</summary>
    /// <param name="source">The path that is listed and watched.</param>
    /// <param name="kind">The kind of its objects.</param>
    /// <param name="ns">The namespace; null for all.</param>
    public void Announce(string source, KindId kind, string? ns = null)
    {
        lock (_gate)
            _sources.TryAdd(source, new(kind, ns));
    }

    /// <summary>The object as it is known, where it is still the same; a list then need not bring it a second time.</summary>
    public KubeObject Known(string source, KubeObject listed)
    {
        lock (_gate)
        {
            return _sources.GetValueOrDefault(source)?.Objects.GetValueOrDefault(listed.Metadata.Uid) is { } known
                && known.Metadata.ResourceVersion is { } version && version == listed.Metadata.ResourceVersion ? known : listed;
        }
    }

    /// <summary>Whether an object that could not be read could be before, or is new.</summary>
    public bool IsNews(string source, KubeObject unread)
    {
        lock (_gate)
            return _sources.GetValueOrDefault(source)?.Objects.GetValueOrDefault(unread.Metadata.Uid) is not { Unread: not null };
    }

    /// <summary>Takes everything that a source listed, in place of what it had.</summary>
    public void Replace(string source, bool namespaced, IEnumerable<KubeObject> objects)
    {
        // Pages that were continued across a change can name an object twice; the later one is newer.
        var listed = new Dictionary<string, KubeObject>(StringComparer.Ordinal);
        foreach (var o in objects)
            listed[o.Metadata.Uid] = o;
        lock (_gate)
        {
            if (!_sources.TryGetValue(source, out var held))
                return;
            foreach (var gone in held.Objects.Values.Where(o => !listed.ContainsKey(o.Metadata.Uid)).ToList())
                Take(held, gone);
            foreach (var o in listed.Values)
                Put(held, o);
            Judge(held, new(KindAccess.Readable, namespaced));
        }
    }

    /// <summary>Notes that a source can be read again, and that what it had is being brought up to date.</summary>
    /// <returns>How many objects it has.</returns>
    public int Resume(string source, bool namespaced)
    {
        lock (_gate)
        {
            if (!_sources.TryGetValue(source, out var held))
                return 0;
            Judge(held, new(KindAccess.Readable, namespaced));
            return held.Objects.Count;
        }
    }

    public void Set(string source, KubeObject changed)
    {
        lock (_gate)
        {
            if (_sources.TryGetValue(source, out var held))
                Put(held, changed);
        }
    }

    public void Remove(string source, KubeObject gone)
    {
        lock (_gate)
        {
            if (_sources.TryGetValue(source, out var held) && held.Objects.TryGetValue(gone.Metadata.Uid, out var known))
                Take(held, known);
        }
    }

    /// <summary>Notes that a kind cannot be read; objects that were read before stay.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Fail(string source, KindId kind, KindReadability why)
    {
        lock (_gate)
        {
            if (!_sources.TryGetValue(source, out var held))
                _sources[source] = held = new(kind, null);
            return Judge(held, why);
        }
    }

    /// <summary>
    /// Says whose events are kept: what the manifests name, what belongs to it, and the claims that pods mount. Before anybody said so, all
    /// are.
    /// </summary>
    /// <returns>Whether events that are wanted now may have been left out before: they have to be listed again.</returns>
    public bool KeepEventsOf(IReadOnlySet<NamedObject> named)
    {
        lock (_gate)
        {
            var isLess = _hasDroppedEvents && (_interest.Named is null || !named.IsSubsetOf(_interest.Named));
            _interest.Named = named;
            _hasDroppedEvents &= !isLess;
            return isLess;
        }
    }

    /// <summary>Whether an event is worth keeping, as far as is known of what it is about.</summary>
    public bool IsWanted(KubeObject o)
    {
        lock (_gate)
        {
            var isWanted = o is not KubeEvent e || _interest.In(e) != false;
            _hasDroppedEvents |= !isWanted;
            return isWanted;
        }
    }

    /// <summary>
    /// Drops events that happened last before this, since some clusters keep them for days, and those that concern nothing that is looked
    /// after.
    /// </summary>
    public void DropEventsBefore(DateTimeOffset oldest)
    {
        var unknownSince = _clock.GetUtcNow() - Unknown;
        lock (_gate)
        {
            foreach (var held in _sources.Values)
            {
                foreach (var e in held.Objects.Values.OfType<KubeEvent>().Where(e => e.LastSeen < oldest || !IsKept(e)).ToList())
                {
                    _hasDroppedEvents |= e.LastSeen >= oldest;
                    Take(held, e);
                }
            }
        }

        bool IsKept(KubeEvent e) => _interest.In(e) ?? e.LastSeen >= unknownSince;
    }

    /// <summary>Forgets a source whose objects no manifest names any more.</summary>
    public void Forget(string source)
    {
        lock (_gate)
        {
            if (!_sources.Remove(source, out var held))
                return;
            foreach (var o in held.Objects.Values)
                _index.Remove(o);
            _events -= held.Objects.Values.Count(o => o is KubeEvent);
            _readings = null;
            _changes.AddEverything();
        }
    }

    private void Put(Source held, KubeObject o)
    {
        if (o is KubeEvent e && _interest.In(e) == false)
        {
            _hasDroppedEvents = true;
            return;
        }

        var before = held.Objects.GetValueOrDefault(o.Metadata.Uid);
        if (ReferenceEquals(before, o))
            return;
        // Carries on when the agent first saw this generation.
        o.GenerationSeenAt = before?.Metadata.Generation == o.Metadata.Generation
            ? before?.GenerationSeenAt ?? _clock.GetUtcNow()
            : _clock.GetUtcNow();
        if (before is not null)
        {
            _index.Remove(before);
            _changes.Add(before);
        }
        else if (o is KubeEvent)
        {
            _events++;
        }

        held.Objects[o.Metadata.Uid] = o;
        _changes.Add(o);
        if (_index.Add(o) is { } displaced && held.Objects.Remove(displaced.Metadata.Uid))
            _events--;
        if (_events > MostEvents)
            DropOldestEvents(held);
    }

    /// <summary>Many at a time, so that a storm costs no search for each of its events.</summary>
    private void DropOldestEvents(Source held)
    {
        _hasDroppedEvents = true;
        foreach (var e in held.Objects.Values.OfType<KubeEvent>().OrderBy(e => e.LastSeen).Take(MostEvents / 10).ToList())
            Take(held, e);
    }

    private void Take(Source held, KubeObject gone)
    {
        if (held.Objects.Remove(gone.Metadata.Uid) && gone is KubeEvent)
            _events--;
        _index.Remove(gone);
        _changes.Add(gone);
    }

    private bool Judge(Source held, KindReadability how)
    {
        // The first reason stands: a server in trouble gives many.
        if (held.How?.Access == how.Access && held.How.Namespaced == how.Namespaced)
            return false;
        held.How = how;
        _readings = null;
        _changes.AddEverything();
        return true;
    }

    private ReadableKinds ReadingsNow() => new(_sources.Values.Where(s => s.How is not null).Select(s => (s.Kind, s.Namespace, s.How!)));

    /// <summary>One path that is listed and watched.</summary>
    private sealed class Source(KindId kind, string? ns)
    {
        public KindId Kind { get; } = kind;

        public string? Namespace { get; } = ns;

        public Dictionary<string, KubeObject> Objects { get; } = new(StringComparer.Ordinal);

        /// <summary>Null until it was listed or could not be.</summary>
        public KindReadability? How { get; set; }
    }
}
