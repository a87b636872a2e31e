using System.Diagnostics;
using System.Diagnostics.Metrics;
using Brokkr.Broker.Diagnostics;

namespace Brokkr.Broker.Telemetry;

/// <summary>What the broker counts. What is about the whole fleet is the same on every broker of one database: take the maximum, not the sum.</summary>
internal sealed class BrokerMetrics
{
    public const string MeterName = "Brokkr.Broker";

    private readonly Histogram<double> _calls;
    private readonly Counter<long> _reports;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _deleted;
    private readonly Counter<long> _refused;
    private volatile FleetSample? _fleet;

    public BrokerMetrics(IMeterFactory meters, HeldPolls polls)
    {
        var meter = meters.Create(MeterName);
        _calls = meter.CreateHistogram(
            "brokkr.rpc.duration", "s", "How long methods took, by face (grpc or rest) and canonical code.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
        _reports = meter.CreateCounter<long>("brokkr.health.reports", description: "Health reports that were taken.");
        _rows = meter.CreateCounter<long>("brokkr.health.report.rows", description: "Their items: changed, unchanged, or rejected.");
        _deleted = meter.CreateCounter<long>("brokkr.cleanup.deleted", description: "Rows that were deleted because their time was over.");
        _refused = meter.CreateCounter<long>(
            "brokkr.auth.refused", description: "Calls refused for their key: missing, malformed, invalid (mistyped, unknown, expired or revoked), or forbidden to its role.");
        foreach (var reason in (string[])["missing", "malformed", "invalid", "forbidden"])
            Refused(reason, 0);
        foreach (var what in (string[])["audit_events", "paks", "deployment_object_names", "diagnostic_requests", "health_transitions"])
            Deleted(what, 0);
        meter.CreateObservableGauge("brokkr.diagnostics.held_polls", () => polls.Count, description: "Polls that this broker holds open.");
        meter.CreateObservableGauge("brokkr.health.objects", Objects, description: "Deployment objects on agents, by the status that counts now.");
        meter.CreateObservableGauge("brokkr.health.stale_objects", () => Sampled(f => f.Stale), description: "Those whose agent is silent.");
        meter.CreateObservableGauge("brokkr.agents", Agents, description: "Agents, by whether they are heard.");
        meter.CreateObservableGauge("brokkr.diagnostics.requests", Requests, description: "Open diagnostic requests.");
        meter.CreateObservableGauge(
            "brokkr.diagnostics.oldest_pending", () => Sampled(f => f.OldestPendingSeconds), "s", "Age of the request that has waited longest to be taken.");
    }

    /// <summary>What the database said last; null where it does not answer, and nothing is told of the fleet.</summary>
    public FleetSample? Fleet
    {
        set => _fleet = value;
    }

    public void Called(string method, string face, Grpc.Core.StatusCode code, TimeSpan duration) => _calls.Record(
        duration.TotalSeconds, new TagList { { "method", method }, { "face", face }, { "code", code.ToString() } });

    public void Reported(int changed, int unchanged, int rejected)
    {
        _reports.Add(1);
        Add("changed", changed);
        Add("unchanged", unchanged);
        Add("rejected", rejected);

        void Add(string outcome, int rows)
        {
            if (rows > 0)
                _rows.Add(rows, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    public void Deleted(string what, int rows) => _deleted.Add(rows, new KeyValuePair<string, object?>("what", what));

    /// <param name="reason">Of the words that the description of the counter names.</param>
    /// <param name="calls">How many; none makes the series known before there is any.</param>
    public void Refused(string reason, int calls = 1) => _refused.Add(calls, new KeyValuePair<string, object?>("reason", reason));

    private Measurement<int>[] Objects() => _fleet is not { } fleet ? [] :
    [
        Of(fleet.Failing, "status", "failing"), Of(fleet.Degraded, "status", "degraded"), Of(fleet.Unknown, "status", "unknown"), Of(fleet.Healthy, "status", "healthy"),
    ];

    private Measurement<int>[] Agents() =>
        _fleet is not { } fleet ? [] : [Of(fleet.Agents - fleet.SilentAgents, "state", "heard"), Of(fleet.SilentAgents, "state", "silent")];

    private Measurement<int>[] Requests() =>
        _fleet is not { } fleet ? [] : [Of(fleet.Pending, "status", "pending"), Of(fleet.Claimed, "status", "claimed")];

    private Measurement<T>[] Sampled<T>(Func<FleetSample, T> value) where T : struct => _fleet is { } fleet ? [new(value(fleet))] : [];

    private static Measurement<int> Of(int value, string tag, string word) => new(value, new KeyValuePair<string, object?>(tag, word));
}
