using Brokkr.Broker.Alerts.Telemetry;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>Looks for alerts every few seconds, where no other broker does.</summary>
internal sealed class Watcher(WatchStore watch, AlertStore alerts, AlertMetrics metrics, DatabaseWatch database, ILogger<Watcher> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    /// <summary>As often as scrapers usually come.</summary>
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(15);

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

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        database.RunAsync(Interval, WatchAsync, log, stoppingToken), database.RunAsync(SampleEvery, SampleAsync, log, stoppingToken));

    internal async Task WatchAsync(CancellationToken ct)
    {
        var watches = await watch.RunAsync(ct);
        if (watches && !_watched)
            AlertLog.Watching(log);
        _watched = watches;
    }

    /// <summary>Beside the passes, so that the age of the last one grows when they fail.</summary>
    internal async Task SampleAsync(CancellationToken ct)
    {
        try
        {
            metrics.Sample = await alerts.SampleAsync(ct);
        }
        catch (Exception e) when (DatabaseFailure.IsTransient(e))
        {
            // Figures of a moment ago would be a lie.
            metrics.Sample = null;
            throw;
        }
    }
}
