using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Fleet;

/// <summary>Lets go of superseded revisions that nobody goes back to.</summary>
internal sealed class RevisionSweeper(RevisionStore revisions, CleanupMetrics metrics, DatabaseWatch database, ILogger<RevisionSweeper> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        database.RunAsync(Interval, SweepAsync, log, stoppingToken);

    private async Task SweepAsync(CancellationToken ct) => metrics.Deleted("deployment_objects", await revisions.SweepAsync(ct));
}
