using Brokkr.Contracts;

namespace Brokkr.Agent.Operations;

/// <summary>
/// Gives memory back. The collector lets garbage grow to the size of the processor's cache before it looks, and on a server that is more
/// than all that the agent knows of a large cluster.
/// </summary>
internal sealed class MemoryTrimmer(TimeProvider clock, ILogger<MemoryTrimmer> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>Less than this is not worth a pause, however short.</summary>
    private const long Least = 4 * 1024 * 1024;

    private long _allocated;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Periodic.RunAsync(Period, clock, Trim, log, stoppingToken);

    private Task Trim(CancellationToken ct)
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (!IsWorth(allocated - _allocated, GC.GetTotalMemory(forceFullCollection: false)))
            return Task.CompletedTask;
        _allocated = allocated;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Task.CompletedTask;
    }

    /// <summary>Whether as much may be garbage as to be worth the pause, which grows with what is kept.</summary>
    internal static bool IsWorth(long allocated, long held) => allocated >= Math.Max(Least, held / 4);
}
