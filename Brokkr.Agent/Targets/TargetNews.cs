using System.Threading.Channels;

namespace Brokkr.Agent.Targets;

/// <summary>What the polls that the broker holds say of the target state. Thread-safe.</summary>
internal sealed class TargetNews(TimeProvider clock)
{
    /// <summary>Polls last shorter: so long after the last that said a number nobody can be sure to hear of the next.</summary>
    private static readonly TimeSpan Carries = TimeSpan.FromMinutes(2);

    private readonly Channel<bool> _bell =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private long _known;
    private long? _heardAt;

    /// <summary>Number of the newest target state that the agent has or heard of; 0 before the first.</summary>
    public long Known
    {
        get
        {
            lock (_gate)
                return _known;
        }
    }

    /// <summary>Whether the broker says through its polls when there is another target state.</summary>
    public bool AreCarried
    {
        get
        {
            lock (_gate)
                return _heardAt is { } at && clock.GetElapsedTime(at) < Carries;
        }
    }

    /// <summary>Takes the number that a poll was answered with.</summary>
    public void Hear(long number)
    {
        lock (_gate)
        {
            _heardAt = clock.GetTimestamp();
            if (number == _known)
                return;
            _known = number;
            _bell.Writer.TryWrite(true);
        }
    }

    /// <summary>Takes the number of a state that was fetched.</summary>
    public void Fetched(long number)
    {
        lock (_gate)
            _known = number;
    }

    /// <summary>Whether there was news before the time was over.</summary>
    public async Task<bool> WaitAsync(TimeSpan time, CancellationToken ct)
    {
        using var over = new CancellationTokenSource(time, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, over.Token);
        var heard = _bell.Reader.ReadAsync(both.Token).AsTask();
        await ((Task)heard).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        return heard.IsCompletedSuccessfully;
    }
}
