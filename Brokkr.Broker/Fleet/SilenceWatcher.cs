using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Fleet;

/// <summary>Looks for agents that fell silent or returned.</summary>
internal sealed class SilenceWatcher(SilenceStore silence, AgentChanges changes, DatabaseWatch database, ILogger<SilenceWatcher> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => database.RunAsync(Interval, LookAsync, log, stoppingToken);

    internal async Task LookAsync(CancellationToken ct)
    {
        foreach (var change in await silence.NoteAsync(ct))
            changes.Tell(change);
    }
}
