namespace Brokkr.Bench.Agent;

/// <summary>
/// Lets the cluster tell of its pods without a pause, as one in which much goes wrong does: every second event is about a pod that the
/// agent answers for, the others about pods that it does not know. They stay, as events do for an hour.
/// </summary>
internal sealed class EventStorm(ClusterProcess cluster, ClusterRecording recording, int deployments)
{
    public const int PerMinute = 5000;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private int _made;

    public async Task RunAsync(TimeSpan duration, CancellationToken ct)
    {
        using var tick = new PeriodicTimer(Tick, TimeProvider.System);
        var (began, before) = (TimeProvider.System.GetTimestamp(), _made);
        while (TimeProvider.System.GetElapsedTime(began) is var passed && passed < duration)
        {
            for (; _made - before < passed.TotalMinutes * PerMinute; _made++)
                await cluster.CreateEventAsync(recording.Warning(_made, deployments, TimeProvider.System.GetUtcNow()), ct);
            await tick.WaitForNextTickAsync(ct);
        }
    }
}
