using System.Collections.Concurrent;
using Brokkr.Agent.Cluster.Connection;

namespace Brokkr.Agent.Deployment;

/// <summary>
/// Finds where objects of a kind are written. Answers are remembered for a while, that a kind is not served never. Thread-safe.
/// </summary>
internal sealed class KindLookup(ServedKinds served, TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(string ApiVersion, string Kind), (ServedKind Kind, DateTimeOffset At)> _known = [];

    /// <summary>Forgets a kind whose definition changes.</summary>
    public void Forget(string apiVersion, string kind) => _known.TryRemove((apiVersion, kind), out _);

    /// <summary>Null where the cluster does not serve the kind.</summary>
    public async Task<ServedKind?> FindAsync(string apiVersion, string kind, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_known.TryGetValue((apiVersion, kind), out var known) && now - known.At < Remembered)
            return known.Kind;
        _known.TryRemove((apiVersion, kind), out _);
        foreach (var found in await served.ReadAsync(apiVersion, ct) ?? [])
            _known[(apiVersion, found.Kind)] = (found, now);
        return _known.TryGetValue((apiVersion, kind), out known) ? known.Kind : null;
    }
}
