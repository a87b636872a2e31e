using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Prometheus;

namespace Brokkr.Agent.Operations;

/// <summary>What the agent counts of itself, in the words of /metrics. Thread-safe.</summary>
internal sealed class AgentMetrics
{
    /// <summary>Of one pass, in seconds: a few objects take a millisecond, a whole large cluster tenths of a second.</summary>
    private static readonly double[] EvaluationBuckets = [0.001, 0.005, 0.02, 0.1, 0.5, 2];

    private const long Never = long.MinValue;

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly Counter _reports;
    private readonly Counter _diagnostics;
    private readonly Histogram _evaluation;
    private readonly Gauge _missingRights;
    private readonly TimeProvider _clock;
    private long _lastPass;
    private long _lastReport = Never;

    public AgentMetrics(ClusterState cluster, BrokerHealth broker, TimeProvider clock)
    {
        _clock = clock;
        _lastPass = clock.GetTimestamp();
        var create = Metrics.WithCustomRegistry(_registry);
        _reports = create.CreateCounter("brokkr_agent_reports_total", "Health reports, by outcome: sent or failed.", "outcome");
        _diagnostics = create.CreateCounter("brokkr_agent_diagnostics_answered_total", "Diagnostic requests that were answered.");
        _evaluation = create.CreateHistogram(
            "brokkr_agent_evaluation_seconds", "How long one pass over the changed deployment objects took.",
            new HistogramConfiguration { Buckets = EvaluationBuckets });
        _missingRights = create.CreateGauge("brokkr_agent_missing_rights", "Rights that the agent needs and does not have.");
        var reportAge =
            create.CreateGauge("brokkr_agent_report_age_seconds", "Time since the broker last took a report; -1 before it ever did.");
        var reachable = create.CreateGauge("brokkr_agent_broker_reachable", "1 while the broker answers.");
        var objects = create.CreateGauge("brokkr_agent_objects", "Objects of the cluster that are known, by kind.", "group", "kind");
        var readable =
            create.CreateGauge("brokkr_agent_kind_readable", "1 where the kind can be read everywhere the agent looks.", "group", "kind");
        var restarts = create.CreateCounter("brokkr_agent_watch_restarts_total", "How often a list or a watch ended and was begun again.");
        foreach (var outcome in (string[])["sent", "failed"])
            _reports.WithLabels(outcome);
        _registry.AddBeforeCollectCallback(() =>
        {
            reportAge.Set(Interlocked.Read(ref _lastReport) is var at and not Never ? clock.GetElapsedTime(at).TotalSeconds : -1);
            reachable.Set(broker.IsReachable ? 1 : 0);
            restarts.IncTo(cluster.WatchEnds);
            var counts = cluster.Counts();
            foreach (var gone in objects.GetAllLabelValues().Where(l => !counts.Any(c => c.Kind == new KindId(l[0], l[1]))).ToList())
            {
                objects.RemoveLabelled(gone);
                readable.RemoveLabelled(gone);
            }

            foreach (var (kind, count, access) in counts)
            {
                objects.WithLabels(kind.Group, kind.Kind).Set(count);
                readable.WithLabels(kind.Group, kind.Kind).Set(access == KindAccess.Readable ? 1 : 0);
            }
        });
    }

    /// <summary>How long ago the reporting loop began its last pass.</summary>
    public TimeSpan SincePass => _clock.GetElapsedTime(Interlocked.Read(ref _lastPass));

    public void PassBegan() => Interlocked.Exchange(ref _lastPass, _clock.GetTimestamp());

    public void Judged(TimeSpan took) => _evaluation.Observe(took.TotalSeconds);

    public void ReportSent()
    {
        Interlocked.Exchange(ref _lastReport, _clock.GetTimestamp());
        _reports.WithLabels("sent").Inc();
    }

    public void ReportFailed() => _reports.WithLabels("failed").Inc();

    public void DiagnosticAnswered() => _diagnostics.Inc();

    public void MissingRights(int count) => _missingRights.Set(count);

    public Task WriteAsync(Stream page, CancellationToken ct) => _registry.CollectAndExportAsTextAsync(page, ct);
}
