using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Settings;
using Brokkr.Broker.Alerts.Telemetry;
using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Alerts;

/// <summary>
/// Deletes alerts and messages that are older than they are to be kept, gives up messages that nobody tries any more, and leaves old keys
/// behind.
/// </summary>
internal sealed class AlertSweeper(AlertStore alerts, ReceiverStore receivers, AlertOptions options, CleanupMetrics metrics,
    DatabaseWatch database, ILogger<AlertSweeper> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        database.RunAsync(Interval, SweepAsync, log, stoppingToken);

    internal async Task SweepAsync(CancellationToken ct)
    {
        if (await receivers.ResealAsync(ct) is var count and > 0)
            AlertLog.Resealed(log, count);
        if (await alerts.GiveUpAsync(ct) is var late and > 0)
            AlertLog.GivenUpUntried(log, late);
        var (ended, deliveries) = await alerts.SweepAsync(options.HistoryDays, ct);
        if (ended + deliveries == 0)
            return;
        metrics.Deleted("alerts", ended);
        metrics.Deleted("alert_deliveries", deliveries);
        AlertLog.Swept(log, ended, deliveries);
    }
}
