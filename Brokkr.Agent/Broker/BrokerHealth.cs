using Grpc.Core;

namespace Brokkr.Agent.Broker;

/// <summary>Repeats calls to the broker through its outages: with back-off and jitter, and one line in the log when it goes and when it comes back.</summary>
internal sealed class BrokerHealth(ILogger<BrokerHealth> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private int _away;

    /// <summary>Runs a pass every period; after a failed one sooner or later, as the back-off says.</summary>
    public async Task RepeatAsync(TimeSpan period, Func<CancellationToken, Task> pass, TimeProvider clock, CancellationToken ct)
    {
        var pause = FirstPause;
        while (!ct.IsCancellationRequested)
        {
            var wait = period;
            try
            {
                await pass(ct);
                pause = FirstPause;
                if (Interlocked.Exchange(ref _away, 0) == 1)
                    BrokerLog.Back(log);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                Note(e);
                wait = pause * (0.5 + (Random.Shared.NextDouble() / 2));
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }

            await Task.Delay(wait, clock, ct);
        }
    }

    private void Note(Exception e)
    {
        if (e is not RpcException error)
            BrokerLog.PassFailed(log, e);
        else if (Interlocked.Exchange(ref _away, 1) == 1)
            return;
        else if (error.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied)
            BrokerLog.Refused(log, error.StatusCode);
        else
            BrokerLog.Away(log, error.StatusCode);
    }
}
