using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Fleet;

/// <summary>Removes what belonged to stacks that were deleted.</summary>
internal sealed class DeletedStackSweeper(
    DeletedStackStore stacks, CleanupMetrics metrics, DatabaseWatch database, ILogger<DeletedStackSweeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        database.RunAsync(Interval, SweepAsync, log, stoppingToken);

    private async Task SweepAsync(CancellationToken ct)
    {
        if (await stacks.SweepAsync(ct) is var swept and > 0)
            metrics.Deleted("stacks", swept);
    }
}
