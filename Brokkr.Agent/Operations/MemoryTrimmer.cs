using Brokkr.Contracts;

namespace Brokkr.Agent.Operations;

/// <summary>
/// Gives memory back. The collector lets garbage grow to the size of the processor's cache before it looks, and on a server that is more
/// than all that the agent knows of a large cluster.
/// </summary>
internal sealed class MemoryTrimmer(TimeProvider clock, ILogger<MemoryTrimmer> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>Less than this is not worth the pause, which is some tens of milliseconds in a large cluster.</summary>
    private const long Worth = 16 * 1024 * 1024;

    private long _allocated;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Periodic.RunAsync(Period, clock, Trim, log, stoppingToken);

    private Task Trim(CancellationToken ct)
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - _allocated < Worth)
            return Task.CompletedTask;
        _allocated = allocated;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Task.CompletedTask;
    }
}
