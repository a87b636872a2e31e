using Microsoft.Extensions.Logging;

namespace Brokkr.Contracts;

/// <summary>The one loop of the project. Event ids 100-199.</summary>
public static partial class Periodic
{
    /// <summary>
    /// Runs a pass now, and again every period, until it is told to stop. A failed pass is logged; the next one still runs.
    /// </summary>
    public static async Task RunAsync(TimeSpan period, TimeProvider clock, Func<CancellationToken, Task> pass, ILogger log,
        CancellationToken stop)
    {
        using var timer = new PeriodicTimer(period, clock);
        try
        {
            do
            {
                try
                {
                    await pass(stop);
                }
                catch (Exception e) when (!stop.IsCancellationRequested)
                {
                    PassFailed(log, e);
                }
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // A host that never came up does not expect its loops to end by an exception.
        }
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Error, Message = "A pass failed; the next one runs as planned")]
    private static partial void PassFailed(ILogger logger, Exception exception);
}
