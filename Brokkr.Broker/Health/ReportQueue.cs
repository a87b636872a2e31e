using System.Diagnostics;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Npgsql;

namespace Brokkr.Broker.Health;

/// <summary>
/// Gathers reports that arrive at the same time into one transaction, which costs the database less than one for each. While none runs, a
/// report goes at once; what arrives meanwhile goes together. Reports of one agent go one after another, in the order they came. What
/// waits is bounded by the bodies that may be in memory, since each caller waits with it, and in time: where more arrive than the database
/// takes, some are sent away, so that the others are answered while somebody still waits for it.
/// </summary>
internal sealed class ReportQueue : IDisposable
{
    /// <summary>As many as make use of a database of few cores; the more there are, the less each of them gathers.</summary>
    internal const int BatchesAtOnce = 4;

    /// <summary>Of one transaction: so many reports, and unless it is a single one so many items, take some 30 ms.</summary>
    private const int MostReports = 32;

    private const int MostItems = 1000;

    /// <summary>How long what waits is gathered where a transaction runs and another one could.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(2);

    /// <summary>How much later than now whoever was sent away is to come again.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    private readonly ReportStore _store;
    private readonly TimeProvider _clock;
    private readonly ILogger<ReportQueue> _log;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly LinkedList<QueuedReport> _waiting = new();
    private readonly HashSet<Guid> _busy = [];
    private int _running;
    private bool _isGathering;

    public ReportQueue(ReportStore store, TimeProvider clock, ILogger<ReportQueue> log)
    {
        (_store, _clock, _log) = (store, clock, log);
        _timer = clock.CreateTimer(_ => Gathered(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How long a report may wait for its transaction to begin; agents wait 15 seconds for all of it.</summary>
    internal TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many reports wait for their transaction to begin.</summary>
    internal int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>As <see cref="ReportStore.SaveAsync(Report, CancellationToken)"/>; answers after the commit.</summary>
    public async Task<ReportOutcome?> SaveAsync(Report report, CancellationToken ct)
    {
        var queued = new QueuedReport(report, _clock.GetTimestamp());
        lock (_gate)
        {
            _waiting.AddLast(queued);
            Begin();
        }

        await using (ct.UnsafeRegister(_ => GiveUp(queued, ct), null))
        {
            if (await queued.Answered is { IsDone: true, Outcome: var outcome })
                return outcome;
        }

        try
        {
            return await _store.SaveAsync(report, ct);
        }
        finally
        {
            lock (_gate)
            {
                _busy.Remove(report.AgentId);
                Begin();
            }
        }
    }

    /// <summary>What was taken up already is stored, and nobody is told.</summary>
    private void GiveUp(QueuedReport queued, CancellationToken ct)
    {
        lock (_gate)
            _waiting.Remove(queued);
        queued.Cancel(ct);
    }

    private void Gathered()
    {
        lock (_gate)
        {
            _isGathering = false;
            Begin(isGathered: true);
        }
    }

    /// <summary>Begins what may begin now. Needs the lock.</summary>
    private void Begin(bool isGathered = false)
    {
        while (_running < BatchesAtOnce && (_running == 0 || isGathered || _waiting.Count >= MostReports || HasGathered())
            && Take() is { Count: > 0 } batch)
        {
            _running++;
            // Without the context of whoever happens to begin it.
            ThreadPool.UnsafeQueueUserWorkItem(static b => _ = b.Queue.RunAsync(b.Batch), (Queue: this, Batch: batch), preferLocal: false);
        }

        if (_running is > 0 and < BatchesAtOnce && !_isGathering && _waiting.Any(IsFree))
            _isGathering = _timer.Change(Gathering, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether what may go next has waited long enough for others, as while all transactions that may run did.</summary>
    private bool HasGathered() => _waiting.FirstOrDefault(IsFree) is { } first && _clock.GetElapsedTime(first.Since) >= Gathering;

    /// <summary>
    /// Takes the first that wait, one of an agent, of agents of which nothing is being stored, and sends away what waited for too long.
    /// </summary>
    private List<QueuedReport> Take()
    {
        var (batch, items) = (new List<QueuedReport>(), 0);
        for (var node = _waiting.First; node is not null && batch.Count < MostReports;)
        {
            var (queued, next) = (node.Value, node.Next);
            if (_clock.GetElapsedTime(queued.Since) > LongestWait)
            {
                _waiting.Remove(node);
                queued.Fail(Errors.Busy(Again));
            }
            else if (IsFree(queued))
            {
                items += queued.Report.Rows.Count;
                if (batch.Count > 0 && items > MostItems)
                    break;
                _busy.Add(queued.Report.AgentId);
                _waiting.Remove(node);
                batch.Add(queued);
            }

            node = next;
        }

        return batch;
    }

    private bool IsFree(QueuedReport queued) => !_busy.Contains(queued.Report.AgentId);

    private async Task RunAsync(List<QueuedReport> batch)
    {
        // What the database is asked belongs to one trace, which is the first report's.
        Activity.Current = batch[0].Trace;
        try
        {
            var answers = await _store.SaveTogetherAsync([.. batch.Select(q => q.Report)], CancellationToken.None);
            End(batch, answers);
        }
        catch (Exception e) when (batch.Count == 1)
        {
            batch[0].Fail(e);
            End(batch, [ReportAnswer.Alone]);
        }
        catch (Exception e)
        {
            // One of them may be to blame, and the others must not suffer for it.
            if (!DatabaseFailure.IsTransient(e))
                HealthLog.StoredApart(_log, batch.Count, (e as PostgresException)?.SqlState ?? e.GetType().Name);
            End(batch, [.. batch.Select(_ => ReportAnswer.Alone)]);
        }
    }

    /// <summary>Answers all of a batch, and lets the next begin. Of what its caller stores by itself the agent stays busy.</summary>
    private void End(List<QueuedReport> batch, List<ReportAnswer> answers)
    {
        lock (_gate)
        {
            _running--;
            foreach (var (queued, answer) in batch.Zip(answers))
            {
                if (!queued.TryAnswer(answer) || answer.IsDone)
                    _busy.Remove(queued.Report.AgentId);
            }

            Begin();
        }
    }
}
