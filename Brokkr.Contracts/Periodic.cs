using Microsoft.Extensions.Logging;

namespace Brokkr.Contracts;

/// <summary>The one loop of the project.</summary>
public static partial class Periodic
{
    /// <summary>Runs a pass now, and again every period. A failed pass is logged; the next one still runs.</summary>
    public static async Task RunAsync(TimeSpan period, TimeProvider clock, Func<CancellationToken, Task> pass, ILogger log, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(period, clock);
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

    [LoggerMessage(EventId = 100, Level = LogLevel.Error, Message = "A pass failed; the next one runs as planned")]
    private static partial void PassFailed(ILogger logger, Exception exception);
}
