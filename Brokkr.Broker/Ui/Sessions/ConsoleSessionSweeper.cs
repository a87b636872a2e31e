using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Ui.Sessions;

/// <summary>Forgets console sessions that are over.</summary>
internal sealed class ConsoleSessionSweeper(ConsoleSessionStore sessions, CleanupMetrics metrics, DatabaseWatch database,
    ILogger<ConsoleSessionSweeper> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        database.RunAsync(Interval, SweepAsync, log, stoppingToken);

    internal async Task SweepAsync(CancellationToken ct)
    {
        if (await sessions.SweepAsync(ct) is var ended and > 0)
            metrics.Deleted("console_sessions", ended);
    }
}
