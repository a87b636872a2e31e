using System.Diagnostics.Metrics;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Health;

/// <summary>The gauges of the whole fleet. They are the same on every broker of one database: take the maximum, not the sum.</summary>
internal sealed class FleetMetrics
{
    private volatile FleetSampleRow? _fleet;

    public FleetMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryModule.MeterName);
        meter.CreateObservableGauge("brokkr.health.objects", Objects,
            description: "Deployment objects on agents, by the status that counts now.");
        meter.CreateObservableGauge("brokkr.health.stale_objects", () =>
            Sampled(f => f.Stale), description: "Those whose agent is silent.");
        meter.CreateObservableGauge("brokkr.agents", Agents, description: "Agents, by whether they are heard.");
        meter.CreateObservableGauge("brokkr.agents.deletion_held", () =>
            Sampled(f => f.HoldingAgents), description: "Agents that hold a deletion back until an admin confirms it.");
        meter.CreateObservableGauge("brokkr.diagnostics.requests", Requests, description: "Open diagnostic requests.");
        meter.CreateObservableGauge(
            "brokkr.diagnostics.oldest_pending", () =>
            Sampled(f => f.OldestPendingSeconds), "s", "Age of the request that has waited longest to be taken.");
    }

    /// <summary>What the database said last; null where it does not answer, and nothing is told of the fleet.</summary>
    public FleetSampleRow? Fleet
    {
        set => _fleet = value;
    }

    private Measurement<int>[] Objects() => _fleet is not { } fleet ? [] :
    [
        Of(fleet.Failing, "status", "failing"), Of(fleet.Degraded, "status", "degraded"),
        Of(fleet.Unknown, "status", "unknown"), Of(fleet.Healthy, "status", "healthy"),
    ];

    private Measurement<int>[] Agents() =>
        _fleet is not { } fleet ? [] : [Of(fleet.Agents - fleet.SilentAgents, "state", "heard"), Of(fleet.SilentAgents, "state", "silent")];

    private Measurement<int>[] Requests() =>
        _fleet is not { } fleet ? [] : [Of(fleet.Pending, "status", "pending"), Of(fleet.Claimed, "status", "claimed")];

    private Measurement<T>[] Sampled<T>(Func<FleetSampleRow, T> value) where T : struct => _fleet is { } fleet ? [new(value(fleet))] : [];

    private static Measurement<int> Of(int value, string tag, string word) => new(value, new KeyValuePair<string, object?>(tag, word));
}
