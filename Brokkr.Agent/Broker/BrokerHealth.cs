using Brokkr.Contracts;
using Brokkr.Contracts.Text;
using Grpc.Core;

namespace Brokkr.Agent.Broker;

/// <summary>
/// Knows whether the broker answers, and why not; says so when that changes and every few minutes while it lasts; repeats passes through
/// outages with back-off and jitter.
/// </summary>
internal sealed class BrokerHealth(ConnectionOptions connection, TimeProvider clock, ILogger<BrokerHealth> log)
{
    /// <summary>Whoever looks at the newest lines of the log shall see what is wrong.</summary>
    private static readonly TimeSpan SayAgain = TimeSpan.FromMinutes(5);

    /// <summary>A reason that changes from call to call is no news each time.</summary>
    private static readonly TimeSpan SayAnother = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A fleet that was started together shall not ask together.</summary>
    private const double PeriodJitter = 0.1;

    private readonly Lock _gate = new();
    private Trouble _trouble;
    private long? _lastReached;
    private string? _why;
    private string? _said;
    private long _saidAt;

    private enum Trouble
    {
        None,
        Away,
        Refused,
    }

    /// <summary>
    /// How long ago the broker last answered a call; null before it ever did. A refusal of the agent's key is no answer.
    /// </summary>
    public TimeSpan? SinceReached
    {
        get
        {
            lock (_gate)
                return _lastReached is { } at ? clock.GetElapsedTime(at) : null;
        }
    }

    /// <summary>Why it does not answer, one line; null while it does.</summary>
    public string? Why
    {
        get
        {
            lock (_gate)
                return _why;
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
            Note(Trouble.None, null);
            return given;
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Cancelled)
        {
            Note(Meaning(e.StatusCode), e);
            throw;
        }
    }

    private void Say(Status status)
    {
        var detail = ShortText.Message(status.Detail);
        BrokerLog.CallFailed(log, status.StatusCode, detail);
    }

    private static Trouble Meaning(StatusCode status) => status switch
    {
        StatusCode.Unauthenticated or StatusCode.PermissionDenied => Trouble.Refused,
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unknown => Trouble.Away,
        // Whoever says that something is wrong with a request is there.
        _ => Trouble.None,
    };

    private void Note(Trouble now, RpcException? failure)
    {
        var why = now == Trouble.Away ? UnreachableBroker.Why(failure!, connection) : null;
        bool isNews;
        lock (_gate)
        {
            if (now == Trouble.None)
                _lastReached = clock.GetTimestamp();
            isNews = _trouble != now || (now != Trouble.None && IsWorthSaying(why));
            (_trouble, _why) = (now, why ?? (now == Trouble.Refused ? "it refuses the agent's key" : null));
            if (isNews)
                (_said, _saidAt) = (why, clock.GetTimestamp());
        }

        if (!isNews)
            return;
        if (now == Trouble.None)
            BrokerLog.Back(log);
        else if (now == Trouble.Refused)
            BrokerLog.Refused(log, failure!.StatusCode);
        else
            BrokerLog.Away(log, connection.BrokerUrl, why!);
    }

    private bool IsWorthSaying(string? why) => clock.GetElapsedTime(_saidAt) >= (why == _said ? SayAgain : SayAnother);
}
