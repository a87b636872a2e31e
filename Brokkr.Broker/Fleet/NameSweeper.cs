using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Fleet;

/// <summary>Forgets names of deployment objects that nothing bears any more.</summary>
internal sealed class NameSweeper(DeploymentObjectStore objects, CleanupMetrics metrics, DatabaseWatch database, ILogger<NameSweeper> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        database.RunAsync(Interval, SweepAsync, log, stoppingToken);

    private async Task SweepAsync(CancellationToken ct) => metrics.Deleted("deployment_object_names", await objects.SweepNamesAsync(ct));
}
