using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Auth;

/// <summary>Forgets audit events, and keys that are over, after the days that they are kept.</summary>
internal sealed class AuditSweeper(AuditStore audit, PakStore paks, AuthOptions options, CleanupMetrics metrics, DatabaseWatch database,
    ILogger<AuditSweeper> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        database.RunAsync(Interval, SweepAsync, log, stoppingToken);

    internal async Task SweepAsync(CancellationToken ct)
    {
        var (events, keys) = (await audit.SweepAsync(ct), await paks.SweepAsync(TimeSpan.FromDays(options.AuditDays), ct));
        if (events + keys == 0)
            return;
        metrics.Deleted("audit_events", events);
        metrics.Deleted("paks", keys);
        AuthLog.Swept(log, events, keys);
    }
}
