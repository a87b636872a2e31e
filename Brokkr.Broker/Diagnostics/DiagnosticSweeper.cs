using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Diagnostics;

/// <summary>Deletes diagnostic requests and results whose time is over.</summary>
internal sealed class DiagnosticSweeper(
    DiagnosticStore diagnostics, DiagnosticOptions options, CleanupMetrics metrics, DatabaseWatch database,
    ILogger<DiagnosticSweeper> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        database.RunAsync(options.CleanupInterval, SweepAsync, log, stoppingToken);

    internal async Task SweepAsync(CancellationToken ct)
    {
        if (await diagnostics.SweepAsync(ct) is var deleted and > 0)
            Note(deleted);
    }

    private void Note(int deleted)
    {
        metrics.Deleted("diagnostic_requests", deleted);
        DiagnosticsLog.Swept(log, deleted);
    }
}
