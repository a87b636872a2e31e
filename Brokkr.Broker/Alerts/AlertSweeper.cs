using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Alerts.Settings;
using Brokkr.Broker.Alerts.Telemetry;
using Brokkr.Broker.Telemetry;
using Brokkr.Contracts;

namespace Brokkr.Broker.Alerts;

/// <summary>Deletes alerts and messages that are older than they are to be kept.</summary>
internal sealed class AlertSweeper(AlertStore alerts, AlertOptions options, CleanupMetrics metrics, TimeProvider clock,
    ILogger<AlertSweeper> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodic.RunAsync(Interval, clock, SweepAsync, log, stoppingToken);

    internal async Task SweepAsync(CancellationToken ct)
    {
        var (ended, deliveries) = await alerts.SweepAsync(options.HistoryDays, ct);
        if (ended + deliveries == 0)
            return;
        metrics.Deleted("alerts", ended);
        metrics.Deleted("alert_deliveries", deliveries);
        AlertLog.Swept(log, ended, deliveries);
    }
}
