using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;
using Brokkr.Contracts;

namespace Brokkr.Broker.Diagnostics;

/// <summary>Deletes diagnostic requests and results whose time is over.</summary>
internal sealed class DiagnosticSweeper(DiagnosticStore diagnostics, DiagnosticOptions options, CleanupMetrics metrics, TimeProvider clock,
    ILogger<DiagnosticSweeper> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Periodic.RunAsync(options.CleanupInterval, clock, SweepAsync, log, stoppingToken);

    internal async Task SweepAsync(CancellationToken ct)
    {
        try
        {
            if (await diagnostics.SweepAsync(ct) is var deleted and > 0)
                Note(deleted);
        }
        catch (Exception e) when (DatabaseFailure.IsTransient(e))
        {
            DiagnosticsLog.NotSwept(log, e);
        }
    }

    private void Note(int deleted)
    {
        metrics.Deleted("diagnostic_requests", deleted);
        DiagnosticsLog.Swept(log, deleted);
    }
}
