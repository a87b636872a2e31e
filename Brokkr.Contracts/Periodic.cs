using Microsoft.Extensions.Logging;

namespace Brokkr.Contracts;

/// <summary>The loops of the project: there are no others. Event ids 100-199.</summary>
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

    /// <summary>Runs a pass again and again until it is told to stop, with pauses that depend on how the last one went.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="pass">What to do.</param>
    /// <param name="pauseAfter">Is told why the pass failed, or null where it did not, and answers how long to wait.</param>
    /// <param name="stop">Ends the loop; what a pass throws because of it is no news.</param>
    public static async Task RunAsync(
        TimeProvider clock, Func<CancellationToken, Task> pass, Func<Exception?, TimeSpan> pauseAfter, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Exception? failure = null;
            try
            {
                await pass(stop);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                failure = e;
            }

            await Task.Delay(pauseAfter(failure), clock, stop);
        }
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Error, Message = "A pass failed; the next one runs as planned")]
    private static partial void PassFailed(ILogger logger, Exception exception);
}
