using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Operations;
using Brokkr.Agent.Targets;
using Brokkr.Contracts;

namespace Brokkr.Agent.Health;

/// <summary>
/// Judges what the agent looks after and reports it: what changed soon after the change; every <c>check_interval</c> it judges everything
/// anew and confirms what did not change.
/// </summary>
internal sealed class HealthReporter(
    ReportSession session, ClusterState cluster, TargetState targets, Refusals refusals, BrokerHealth brokerHealth, AgentMetrics metrics,
    ConnectionOptions connection, HealthOptions options, HealthEvaluator rules, TimeProvider clock, ILogger<HealthReporter> log)
    : BackgroundService
{
    /// <summary>At most one report in this time, so that a burst of changes is one report.</summary>
    private static readonly TimeSpan Debounce = TimeSpan.FromSeconds(2);

    /// <summary>What one item takes on the wire besides itself.</summary>
    private const int ItemOverhead = 16;

    /// <summary>
    /// After so many confirmations everything is sent, as at the start: a database that was put back, or whose standby took over, may have
    /// lost what was acknowledged, and hears it again.
    /// </summary>
    private const int ConfirmationsUntilFull = 10;

    private readonly Verdicts _verdicts = new(cluster, refusals, options, rules, log);
    private long _confirmedAt;
    private TimeSpan _confirmsAfter;
    private int _confirmations;
    private long? _epoch;
    private string _rejected = "";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => brokerHealth.RepeatAsync(Debounce, ReportAsync, stoppingToken);

    /// <summary>One pass. A report that fails is not kept: the next pass judges anew and sends the newest state.</summary>
    internal async Task ReportAsync(CancellationToken ct)
    {
        metrics.PassBegan();
        if (targets.Current is not { } assignments)
            return;
        var now = clock.GetUtcNow();
        // Intervals are none of the wall clock's: one that was put back by hours must not silence the agent for hours.
        var began = clock.GetTimestamp();
        var confirms = clock.GetElapsedTime(_confirmedAt, began) >= _confirmsAfter;
        var due =
            _verdicts.Due(assignments, now, judgesAll: confirms, everything: confirms && _confirmations % ConfirmationsUntilFull == 0);
        metrics.Judged(clock.GetElapsedTime(began));
        var batches = Batches(due).ToList();
        // Nothing changed, which is news too; but not before there was anything.
        if (confirms && batches.Count == 0 && assignments.Count > 0 && _epoch is not null)
            batches.Add([]);
        foreach (var batch in batches)
            await SendAsync(batch, confirms && batch == batches[^1], ct);
        if (!confirms)
            return;
        // A tenth of jitter, so that a fleet that was started together does not report together.
        (_confirmedAt, _confirmsAfter) = (began, Backoff.Jittered(TimeSpan.FromSeconds(options.CheckInterval), 0.1));
        _confirmations++;
    }

    private static IEnumerable<List<DueReport>> Batches(IReadOnlyList<DueReport> due)
    {
        var (batch, bytes) = (new List<DueReport>(), 0);
        foreach (var item in due)
        {
            var size = item.Report.CalculateSize() + ItemOverhead;
            if (batch.Count == Limits.ReportItems || (batch.Count > 0 && bytes + size > Limits.ReportBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(item);
            bytes += size;
        }

        if (batch.Count > 0)
            yield return batch;
    }

    private async Task SendAsync(List<DueReport> batch, bool confirms, CancellationToken ct)
    {
        var request = new Wire.ReportHealthRequest { AgentId = connection.AgentId, DeploymentObjects = { batch.Select(b => b.Report) } };
        Wire.ReportHealthResponse answer;
        try
        {
            answer = await session.SendAsync(request, confirms, ct);
        }
        catch (Grpc.Core.RpcException)
        {
            metrics.ReportFailed();
            throw;
        }

        metrics.ReportSent();
        // A new session knows nothing of what was sent in the one before.
        if (_epoch != session.Epoch)
            _verdicts.Reopen();
        _epoch = session.Epoch;
        batch.ForEach(b => b.MarkSent());
        _verdicts.Reopen(answer.Missing.Select(Guid.Parse));
        NoteRejected(answer);
    }

    /// <summary>The same refusals come with every full report: they are news once.</summary>
    private void NoteRejected(Wire.ReportHealthResponse answer)
    {
        var reasons =
            string.Join("; ", answer.Rejected.GroupBy(r => r.Reason).Select(g => $"{g.Count()}: {g.Key}").Order(StringComparer.Ordinal));
        if (reasons.Length == 0 || reasons == _rejected)
            return;
        HealthLog.Rejected(log, answer.Rejected.Count, reasons);
        _rejected = reasons;
    }
}
