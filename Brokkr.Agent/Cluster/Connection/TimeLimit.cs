namespace Brokkr.Agent.Cluster.Connection;

/// <summary>A token that is cancelled by the caller or after a time, whichever is first.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _both;

    public TimeLimit(TimeSpan limit, TimeProvider clock, CancellationToken ct)
    {
        _timer = new(limit, clock);
        _both = CancellationTokenSource.CreateLinkedTokenSource(ct, _timer.Token);
    }

    public CancellationToken Token => _both.Token;

    public void Dispose()
    {
        _both.Dispose();
        _timer.Dispose();
    }
}
