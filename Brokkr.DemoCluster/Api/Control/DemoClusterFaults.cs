using Brokkr.DemoCluster.Api.Kinds;

namespace Brokkr.DemoCluster.Api.Control;

/// <summary>The failures that a real cluster has at times, on demand.</summary>
internal sealed class DemoClusterFaults : IDisposable
{
    private readonly Lock _gate = new();
    private HashSet<string> _denied = [];
    private HashSet<string>? _namespaces;
    private int _failuresLeft;
    private int _failureStatus;
    private int _expiredContinues;
    private int _expiredWatches;
    private int _retryAfter = 1;
    private (string Method, string Path, int Status)? _broken;
    private CancellationTokenSource _watches = new();
    private CancellationTokenSource _speaking = new();

    /// <summary>How long every answer waits.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Whether answers end with their head, while the client waits for more.</summary>
    public bool StopsAfterHead { get; set; }

    /// <summary>Cancelled when the watches that run now lose their connections.</summary>
    public CancellationToken WatchesDropped
    {
        get
        {
            lock (_gate)
                return _watches.Token;
        }
    }

    /// <summary>Cancelled when the watches that run now have nothing more to say, while their connections stand.</summary>
    public CancellationToken WatchesSilenced
    {
        get
        {
            lock (_gate)
                return _speaking.Token;
        }
    }

    /// <summary>How many seconds a client is asked to wait that is answered with 429 or 503.</summary>
    public int RetryAfter
    {
        get
        {
            lock (_gate)
                return _retryAfter;
        }
    }

    /// <summary>
    /// Forbids resources from now on, named as in permissions: <c>secrets</c>, <c>deployments.apps</c>, <c>pods/log</c>. Replaces what was
    /// forbidden before.
    /// </summary>
    public void Deny(params string[] resources)
    {
        lock (_gate)
            _denied = [.. resources];
    }

    /// <summary>
    /// Allows only what lies in these namespaces from now on, as Roles without a ClusterRole do; none allows everything again.
    /// </summary>
    public void ConfineTo(params string[] namespaces)
    {
        lock (_gate)
            _namespaces = namespaces.Length == 0 ? null : [.. namespaces];
    }

    /// <summary>Answers the next requests with this status: 429, or 500 and above.</summary>
    public void FailNext(int requests, int status, int retryAfter = 1)
    {
        lock (_gate)
            (_failuresLeft, _failureStatus, _retryAfter) = (requests, status, retryAfter);
    }

    /// <summary>
    /// Answers requests with this HTTP method whose path begins so with this status from now on, as an aggregated API or a webhook that is
    /// down makes a server do. Any method where it is empty; 0 heals it.
    /// </summary>
    public void Break(string path, int status, string method = "")
    {
        lock (_gate)
            _broken = status == 0 ? null : (method, path, status);
    }

    /// <summary>Tells the next continued lists that their tokens are expired.</summary>
    public void ExpireContinues(int requests)
    {
        lock (_gate)
            _expiredContinues = requests;
    }

    /// <summary>Tells the next watches with a version that it is too old.</summary>
    public void ExpireWatches(int requests)
    {
        lock (_gate)
            _expiredWatches = requests;
    }

    /// <summary>Breaks the connections of the watches that run now.</summary>
    public void DropWatches() => End(ref _watches);

    /// <summary>Lets the watches that run now say nothing more, as over a connection that died without a word.</summary>
    public void SilenceWatches() => End(ref _speaking);

    /// <summary>Whether everything is allowed everywhere.</summary>
    public bool AllowsEverything
    {
        get
        {
            lock (_gate)
                return _denied.Count == 0 && _namespaces is null;
        }
    }

    /// <param name="kind">The kind that is asked for.</param>
    /// <param name="subresource">A part of it; null for the object.</param>
    /// <param name="ns">The namespace that is asked; null for all of them, and for kinds without.</param>
    public bool Denies(ResourceKind kind, string? subresource, string? ns)
    {
        var resource = subresource is null ? kind.QualifiedPlural : $"{kind.QualifiedPlural}/{subresource}";
        lock (_gate)
            return _denied.Contains(resource) || _denied.Contains(kind.QualifiedPlural)
                || (_namespaces is { } allowed && (ns is null || !allowed.Contains(ns)));
    }

    public int? TakeFailure(HttpRequest request)
    {
        lock (_gate)
        {
            return Take(ref _failuresLeft) ? _failureStatus
                : _broken is var (method, path, status) && request.Path.Value!.StartsWith(path, StringComparison.Ordinal)
                && (method.Length == 0 || request.Method == method) ? status : null;
        }
    }

    public bool TakeExpiredContinue()
    {
        lock (_gate)
            return Take(ref _expiredContinues);
    }

    public bool TakeExpiredWatch()
    {
        lock (_gate)
            return Take(ref _expiredWatches);
    }

    public void Dispose()
    {
        _watches.Dispose();
        _speaking.Dispose();
    }

    private void End(ref CancellationTokenSource running)
    {
        CancellationTokenSource ended;
        lock (_gate)
            (ended, running) = (running, new());
        ended.Cancel();
        ended.Dispose();
    }

    private static bool Take(ref int left)
    {
        if (left == 0)
            return false;
        left--;
        return true;
    }
}
