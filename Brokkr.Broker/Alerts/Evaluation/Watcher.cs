using Brokkr.Broker.Alerts.Telemetry;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;

namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>Looks for alerts every few seconds, where no other broker does.</summary>
internal sealed class Watcher(WatchStore watch, AlertStore alerts, AlertMetrics metrics, TimeProvider clock, ILogger<Watcher> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private bool _watched;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await watch.ReleaseAsync(cancellationToken);
        }
        catch (Exception e) when (DatabaseFailure.IsTransient(e) || e is OperationCanceledException)
        {
            // Then the others wait for ten seconds.
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodic.RunAsync(Interval, clock, WatchAsync, log, stoppingToken);

    internal async Task WatchAsync(CancellationToken ct)
    {
        try
        {
            var watches = await watch.RunAsync(ct);
            if (watches && !_watched)
                AlertLog.Watching(log);
            _watched = watches;
            metrics.Sample = await alerts.SampleAsync(ct);
        }
        catch (Exception e) when (DatabaseFailure.IsTransient(e) || DatabaseFailure.IsUndone(e))
        {
            // /readyz and the calls say so; the next pass finds all that this one did not.
            metrics.Sample = null;
        }
    }
}
