using System.Collections.Concurrent;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Deployment;

/// <summary>
/// Finds where objects of a kind are written. Answers are remembered for a while, that a kind is not served never. Thread-safe.
/// </summary>
internal sealed class KindLookup(ServedKinds served, TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    /// <summary>A group that says nothing of a kind is not asked about scopes again at once.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    private readonly long _began = clock.GetTimestamp();
    private readonly ConcurrentDictionary<(string ApiVersion, string Kind), (ServedKind Kind, TimeSpan At)> _known = [];
    private readonly ConcurrentDictionary<string, TimeSpan> _asked = [];

    /// <summary>Forgets a kind whose definition changes.</summary>
    public void Forget(string apiVersion, string kind) => _known.TryRemove((apiVersion, kind), out _);

    /// <summary>
    /// Whether the kinds live in namespaces, as far as the API server says so: a part of it that is in trouble says nothing.
    /// </summary>
    public async Task<IReadOnlyDictionary<KindId, bool>> ScopesAsync(
        IEnumerable<(string ApiVersion, string Kind)> kinds, CancellationToken ct)
    {
        var now = clock.GetElapsedTime(_began);
        var unknown = kinds.Where(k => !(_known.TryGetValue(k, out var known) && now - known.At < Remembered)).Select(k => k.ApiVersion)
            .Distinct().Where(v => !(_asked.TryGetValue(v, out var at) && now - at < AskAgain)).ToList();
        await Task.WhenAll(unknown.Select(async version =>
        {
            _asked[version] = now;
            try
            {
                await ReadAsync(version, now, ct);
            }
            catch (Exception e) when (ApiRefusal.IsOfOneRequest(e))
            {
                // Whoever needs the kind meets the same, and says so.
            }
        }));
        return _known.Values.DistinctBy(k => k.Kind.Id).ToDictionary(k => k.Kind.Id, k => k.Kind.Namespaced);
    }

    /// <summary>Null where the cluster does not serve the kind.</summary>
    public async Task<ServedKind?> FindAsync(string apiVersion, string kind, CancellationToken ct)
    {
        var now = clock.GetElapsedTime(_began);
        if (_known.TryGetValue((apiVersion, kind), out var known) && now - known.At < Remembered)
            return known.Kind;
        _known.TryRemove((apiVersion, kind), out _);
        await ReadAsync(apiVersion, now, ct);
        return _known.TryGetValue((apiVersion, kind), out known) ? known.Kind : null;
    }

    private async Task ReadAsync(string apiVersion, TimeSpan now, CancellationToken ct)
    {
        foreach (var found in await served.ReadAsync(apiVersion, ct) ?? [])
            _known[(apiVersion, found.Kind)] = (found, now);
    }
}
