using Brokkr.Contracts;
using Brokkr.Contracts.Text;
using Grpc.Core;

namespace Brokkr.Agent.Broker;

/// <summary>
/// Knows whether the broker answers, says so once when that changes, and repeats passes through its outages with back-off and jitter.
/// </summary>
internal sealed class BrokerHealth(TimeProvider clock, ILogger<BrokerHealth> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A fleet that was started together shall not ask together.</summary>
    private const double PeriodJitter = 0.1;

    private readonly Lock _gate = new();
    private Trouble _trouble;
    private DateTimeOffset? _lastReached;

    private enum Trouble
    {
        None,
        Away,
        Refused,
    }

    /// <summary>When the broker last answered a call; null before it ever did. A refusal of the agent's key is no answer.</summary>
    public DateTimeOffset? LastReached
    {
        get
        {
            lock (_gate)
                return _lastReached;
        }
    }

    /// <summary>Whether the last call was answered.</summary>
    public bool IsReachable
    {
        get
        {
            lock (_gate)
                return _lastReached is not null && _trouble == Trouble.None;
        }
    }

    /// <summary>Runs a pass every period; after a failed one sooner or later, as the back-off says.</summary>
    public Task RepeatAsync(TimeSpan period, Func<CancellationToken, Task> pass, CancellationToken ct)
    {
        var backoff = new Backoff(FirstPause, LongestPause);
        StatusCode? said = null;
        return Periodic.RunAsync(clock, pass, PauseAfter, ct);

        TimeSpan PauseAfter(Exception? failure)
        {
            if (failure is null)
            {
                backoff.Reset();
                said = null;
                return Backoff.Jittered(period, PeriodJitter);
            }

            if (failure is not RpcException refused)
                BrokerLog.PassFailed(log, failure);
            else if (Meaning(refused.StatusCode) == Trouble.None && said != refused.StatusCode)
                Say(refused.Status);
            said = (failure as RpcException)?.StatusCode;
            return backoff.Next();
        }
    }

    /// <summary>Waits for the answer to a call and notes what it says about the broker.</summary>
    public async Task<T> NoteAsync<T>(Task<T> answer)
    {
        try
        {
            var given = await answer;
            Note(Trouble.None, StatusCode.OK);
            return given;
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Cancelled)
        {
            Note(Meaning(e.StatusCode), e.StatusCode);
            throw;
        }
    }

    private void Say(Status status)
    {
        var detail = TextCleaner.Clean(status.Detail, Limits.MessageLength);
        BrokerLog.CallFailed(log, status.StatusCode, detail);
    }

    private static Trouble Meaning(StatusCode status) => status switch
    {
        StatusCode.Unauthenticated or StatusCode.PermissionDenied => Trouble.Refused,
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unknown => Trouble.Away,
        // Whoever says that something is wrong with a request is there.
        _ => Trouble.None,
    };

    private void Note(Trouble now, StatusCode status)
    {
        lock (_gate)
        {
            if (now == Trouble.None)
                _lastReached = clock.GetUtcNow();
            if (_trouble == now)
                return;
            _trouble = now;
        }

        if (now == Trouble.None)
            BrokerLog.Back(log);
        else if (now == Trouble.Refused)
            BrokerLog.Refused(log, status);
        else
            BrokerLog.Away(log, status);
    }
}
