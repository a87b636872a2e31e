using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Health;

/// <summary>Deletes changes of health that are older than they are to be kept.</summary>
internal sealed class HistorySweeper(HistoryStore history, CleanupMetrics metrics, DatabaseWatch database, ILogger<HistorySweeper> log)
    : BackgroundService
{
    /// <summary>History is kept for days: an hour more or less is nothing.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        database.RunAsync(Interval, SweepAsync, log, stoppingToken);

    internal async Task SweepAsync(CancellationToken ct)
    {
        if (await history.SweepAsync(ct) is var deleted and > 0)
            Note(deleted);
    }

    private void Note(int deleted)
    {
        metrics.Deleted("health_transitions", deleted);
        HealthLog.HistorySwept(log, deleted);
    }
}
