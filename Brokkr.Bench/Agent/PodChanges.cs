using System.Collections.Concurrent;
using Brokkr.Bench.Results;
using Npgsql;

namespace Brokkr.Bench.Agent;

/// <summary>
/// Lets pods cease to be ready and recover, one deployment after another, and finds in the broker's database when it heard. Both moments
/// are of one clock, that of this machine, so how often is looked does not matter.
/// </summary>
internal sealed class PodChanges(ClusterProcess cluster, ClusterRecording recording, NpgsqlDataSource database, IReadOnlyList<Guid> objects)
{
    private const double PerSecond = 5;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a report may take until its change counts as lost.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _open = [];
    private int _made;

    /// <summary>From the change in the cluster to the moment the broker stored the report of it.</summary>
    public Latencies Reported { get; } = new();

    /// <summary>Changes of which no report came; those whose deployment changed again before are not among them.</summary>
    public int Lost => _open.Count;

    /// <summary>Makes changes for so long, then waits for the last reports.</summary>
    public async Task RunAsync(TimeSpan duration, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var looking = LookAsync(stop.Token);
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1 / PerSecond), TimeProvider.System);
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < duration;
            await tick.WaitForNextTickAsync(ct))
            await ChangeAsync(ct);
        for (var began = TimeProvider.System.GetTimestamp(); !_open.IsEmpty && TimeProvider.System.GetElapsedTime(began) < Patience;)
            await Task.Delay(LookAgain, TimeProvider.System, ct);
        await stop.CancelAsync();
        await looking;
    }

    /// <summary>The first pod of every deployment ceases to be ready, then that of every one recovers, and so on.</summary>
    private async Task ChangeAsync(CancellationToken ct)
    {
        var deployment = _made % objects.Count;
        var isReady = _made / objects.Count % 2 == 1;
        _made++;
        var now = TimeProvider.System.GetUtcNow();
        await cluster.PatchPodStatusAsync(ClusterRecording.PodName(deployment, 0), recording.PodStatus(isReady, now), ct);
        _open[objects[deployment]] = now;
    }

    private async Task LookAsync(CancellationToken ct)
    {
        var since = TimeProvider.System.GetUtcNow();
        await using var command =
            database.CreateCommand("SELECT deployment_object_id, received_at FROM placements WHERE received_at > @since");
        command.Parameters.Add(new("since", since));
        while (!ct.IsCancellationRequested)
        {
            await using (var reader = await command.ExecuteReaderAsync(CancellationToken.None))
            {
                while (await reader.ReadAsync(CancellationToken.None))
                {
                    var (id, received) = (reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1));
                    since = received > since ? received : since;
                    if (_open.TryGetValue(id, out var changed) && received > changed && _open.TryRemove(id, out _))
                        Reported.Add(received - changed);
                }
            }

            // A transaction that began earlier may be seen later.
            command.Parameters[0].Value = since - TimeSpan.FromSeconds(2);
            await Task.Delay(LookAgain, TimeProvider.System, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
