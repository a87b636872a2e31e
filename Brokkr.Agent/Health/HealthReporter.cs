using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster;
using Brokkr.Agent.Deployment;
using Brokkr.Contracts;
using Google.Protobuf;

namespace Brokkr.Agent.Health;

/// <summary>Judges what the agent looks after and reports it: what changed soon after the change, everything every <c>check_interval</c>.</summary>
internal sealed class HealthReporter(
    ReportSession session, ClusterState cluster, TargetState targets, BrokerHealth brokerHealth, AgentOptions options,
    HealthRuleOptions rules, TimeProvider clock, ILogger<HealthReporter> log) : BackgroundService
{
    /// <summary>At most one report in this time, so that a burst of changes is one report.</summary>
    private static readonly TimeSpan Debounce = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, ByteString> _reported = new(StringComparer.Ordinal);
    private DateTimeOffset _nextFull;

    /// <summary>Something changed that no report has carried yet.</summary>
    private bool _isBehind;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => brokerHealth.RepeatAsync(Debounce, ReportAsync, clock, stoppingToken);

    /// <summary>One pass: nothing until the cluster was listed once, since before that everything would read as missing.</summary>
    internal async Task ReportAsync(CancellationToken ct)
    {
        if (targets.Current is not { } assignments || (options.Health.Enabled && !(cluster.IsReady && targets.IsFollowed)))
            return;
        var now = clock.GetUtcNow();
        var isFull = now >= _nextFull;
        _isBehind |= cluster.Changes.TryRead(out _) || assignments.Any(a => !_reported.ContainsKey($"{a.Target.Id}"));
        if (!isFull && !_isBehind)
            return;

        var due = new List<(Wire.DeploymentObjectReport Report, ByteString Verdict)>();
        var snapshot = cluster.Snapshot();
        foreach (var assignment in assignments)
        {
            var report = Judge(assignment, snapshot, now);
            var verdict = VerdictOf(report);
            if (isFull || !_reported.TryGetValue(report.Id, out var last) || last != verdict)
                due.Add((report, verdict));
        }

        var batches = Batches(due).ToList();
        foreach (var batch in batches)
            await SendAsync(batch, confirms: isFull && batch == batches[^1], ct);
        _isBehind = false;
        if (!isFull)
            return;
        foreach (var gone in _reported.Keys.Except(assignments.Select(a => $"{a.Target.Id}")).ToList())
            _reported.Remove(gone);
        // A tenth of jitter, so that a fleet that was started together does not report together.
        _nextFull = now + (TimeSpan.FromSeconds(options.Health.CheckInterval) * (0.9 + (Random.Shared.NextDouble() / 10)));
    }

    private Wire.DeploymentObjectReport Judge(Assignment assignment, ClusterSnapshot snapshot, DateTimeOffset now)
    {
        var target = assignment.Target;
        if (!options.Health.Enabled)
        {
            return new()
            {
                Id = $"{target.Id}",
                Status = Wire.HealthStatus.Types.Word.Unknown,
                Summary = new() { Conditions = { "HealthDisabled" } },
                CheckedAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(now),
            };
        }

        var health = assignment.Malformed is { } reason
            ? DeploymentHealth.Malformed(target.Id, target.Name, reason, target.SubmittedAt, now)
            : HealthEvaluator.Evaluate(target, snapshot, now, rules);
        return health.ToWire(now);
    }

    /// <summary>The report without its time: what has to change for a change to be reported.</summary>
    private static ByteString VerdictOf(Wire.DeploymentObjectReport report)
    {
        var verdict = report.Clone();
        verdict.CheckedAt = null;
        return verdict.ToByteString();
    }

    private static IEnumerable<List<(Wire.DeploymentObjectReport Report, ByteString Verdict)>> Batches(
        List<(Wire.DeploymentObjectReport Report, ByteString Verdict)> due)
    {
        var (batch, bytes) = (new List<(Wire.DeploymentObjectReport, ByteString)>(), 0);
        foreach (var item in due)
        {
            if (batch.Count == Limits.ReportItems || (batch.Count > 0 && bytes + item.Verdict.Length > Limits.ReportBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(item);
            bytes += item.Verdict.Length + 64;
        }

        if (batch.Count > 0)
            yield return batch;
    }

    private async Task SendAsync(List<(Wire.DeploymentObjectReport Report, ByteString Verdict)> batch, bool confirms, CancellationToken ct)
    {
        var request = new Wire.ReportHealthRequest { AgentId = options.AgentId, DeploymentObjects = { batch.Select(b => b.Report) } };
        var answer = await session.SendAsync(request, confirms, ct);
        foreach (var (report, verdict) in batch)
            _reported[report.Id] = verdict;
        foreach (var reason in answer.Rejected.GroupBy(r => r.Reason))
            HealthLog.Rejected(log, reason.Count(), reason.Key);
    }
}
