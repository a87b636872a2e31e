using Brokkr.Broker.Storage;
using Word = Brokkr.V1.DiagnosticStatus.Types.Word;

namespace Brokkr.Broker.Diagnostics;

/// <summary>
/// Lets readers wait for what becomes of a request: what this broker does itself is said at once, and one look each half second, for all
/// who wait, finds what others did and what time ended.
/// </summary>
internal sealed class DiagnosticWatch(
    DiagnosticStore diagnostics, DatabaseWatch database, TimeProvider clock, IHostApplicationLifetime lifetime,
    ILogger<DiagnosticWatch> log)
    : BackgroundService
{
    /// <summary>More than these are answered at once: each costs memory, and a part of the look.</summary>
    internal const int MostWaiting = 1000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(0.5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Waiting> _waiting = [];
    private int _count;

    /// <summary>Waits until the request's status is another one, it is gone, or the time is over. Look at it afterwards.</summary>
    /// <param name="id">The request.</param>
    /// <param name="known">The status that its reader knows.</param>
    /// <param name="wait">How long to wait at the most.</param>
    /// <param name="ct">Ends the wait with an exception.</param>
    public async Task WaitAsync(Guid id, Word known, TimeSpan wait, CancellationToken ct)
    {
        if (Enter(id, known) is not { } waiting)
            return;
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
            await waiting.Bell.Task.WaitAsync(wait, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
        }
        finally
        {
            Leave(id, waiting);
        }
    }

    /// <summary>Says that something became of a request. The change must be committed before.</summary>
    public void Ring(Guid id)
    {
        lock (_lock)
        {
            if (_waiting.Remove(id, out var waiting))
                waiting.Bell.TrySetResult();
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        database.RunAsync(LookEvery, LookAsync, log, stoppingToken);

    private async Task LookAsync(CancellationToken ct)
    {
        Dictionary<Guid, Word> known;
        lock (_lock)
            known = _waiting.ToDictionary(w => w.Key, w => w.Value.Known);
        if (known.Count == 0)
            return;
        var now = (await diagnostics.ListOpenOrKeptAsync([.. known.Keys], ct)).ToDictionary(r => r.Id, r => r.Status);
        foreach (var (id, status) in known)
        {
            if (!now.TryGetValue(id, out var present) || present != status)
                Ring(id);
        }
    }

    private Waiting? Enter(Guid id, Word known)
    {
        lock (_lock)
        {
            if (_count >= MostWaiting)
                return null;
            if (!_waiting.TryGetValue(id, out var waiting) || waiting.Known != known)
            {
                // Readers who know another status look again.
                waiting?.Bell.TrySetResult();
                _waiting[id] = waiting = new(known, new(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            waiting.Readers++;
            _count++;
            return waiting;
        }
    }

    private void Leave(Guid id, Waiting waiting)
    {
        lock (_lock)
        {
            _count--;
            if (--waiting.Readers == 0 && _waiting.GetValueOrDefault(id) == waiting)
                _waiting.Remove(id);
        }
    }

    /// <summary>Those who wait for one request and know the same status of it.</summary>
    private sealed class Waiting(Word known, TaskCompletionSource bell)
    {
        public Word Known => known;

        public TaskCompletionSource Bell => bell;

        public int Readers { get; set; }
    }
}
