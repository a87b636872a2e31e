using System.Diagnostics.Metrics;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Alerts.Telemetry;

/// <summary>What alerts count: what was sent, what is open, and whether anybody looks.</summary>
internal sealed class AlertMetrics
{
    private readonly Counter<long> _sent;
    private volatile AlertSampleRow? _sample;

    public AlertMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryModule.MeterName);
        _sent = meter.CreateCounter<long>("brokkr.alerts.deliveries", description: "Tries to deliver a message, by kind and outcome.");
        // A series is known before there is anything to count.
        foreach (var kind in (string[])["webhook", "alertmanager", "slack", "teams", "pagerduty", "email"])
        {
            _sent.Add(0, new("kind", kind), new("outcome", "delivered"));
            _sent.Add(0, new("kind", kind), new("outcome", "failed"));
        }

        meter.CreateObservableGauge("brokkr.alerts.open", () => Of(s => s.Open), description: "Alerts that go on.");
        meter.CreateObservableGauge("brokkr.alerts.pending_deliveries", () => Of(s => s.Pending), description: "Messages that wait.");
        meter.CreateObservableGauge("brokkr.alerts.oldest_pending", () => Of(s => s.OldestPendingSeconds), "s",
            "For how long the message waits that waits longest.");
        meter.CreateObservableGauge("brokkr.alerts.dead_deliveries", () => Of(s => s.Dead), description: "Messages that were given up.");
        meter.CreateObservableGauge("brokkr.alerts.watch_age", () => Of(s => s.WatchAgeSeconds), "s",
            "How long ago any broker looked for alerts.");
    }

    /// <summary>What the database said last; null where it does not answer.</summary>
    public AlertSampleRow? Sample
    {
        set => _sample = value;
    }

    public void Sent(string kind, bool isDelivered) =>
        _sent.Add(1, new("kind", kind), new("outcome", isDelivered ? "delivered" : "failed"));

    private Measurement<T>[] Of<T>(Func<AlertSampleRow, T> value) where T : struct => _sample is { } sample ? [new(value(sample))] : [];
}
