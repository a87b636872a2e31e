using System.Collections.Concurrent;
using Brokkr.DemoCluster.Api.Http;

namespace Brokkr.DemoCluster.Api.Control;

/// <summary>Counts requests by verb and path, names left out, so that tests can see what a client does and does not ask.</summary>
internal sealed class RequestCounts
{
    private readonly ConcurrentDictionary<(string Verb, string Path), int> _counts = new();
    private int _connections;

    public IReadOnlyList<(string Verb, string Path, int Count)> All =>
        [.. _counts.OrderBy(c => c.Key.Path, StringComparer.Ordinal).ThenBy(c => c.Key.Verb, StringComparer.Ordinal)
            .Select(c => (c.Key.Verb, c.Key.Path, c.Value))];

    /// <summary>How often a path was asked for, for instance <c>list</c> of <c>/api/v1/pods</c>.</summary>
    public int Of(string verb, string path) => _counts.GetValueOrDefault((verb, path));

    public void Count(HttpRequest request)
    {
        var path = ApiPath.Parse(request.Path.Value ?? "");
        var key = (ApiVerb.Of(request, path is null || path.Name is not null), path?.Template ?? request.Path.Value ?? "");
        _counts.AddOrUpdate(key, 1, (_, count) => count + 1);
    }

    /// <summary>How many connections were opened.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public void CountConnection() => Interlocked.Increment(ref _connections);

    public void Reset()
    {
        _counts.Clear();
        Volatile.Write(ref _connections, 0);
    }
}
