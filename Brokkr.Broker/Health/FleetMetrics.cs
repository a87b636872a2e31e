using System.Diagnostics.Metrics;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Health;

/// <summary>The gauges of the whole fleet. They are the same on every broker of one database: take the maximum, not the sum.</summary>
internal sealed class FleetMetrics
{
    private volatile FleetSampleRow? _fleet;
    private volatile IReadOnlyList<StackSampleRow> _stacks = [];

    public FleetMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryModule.MeterName);
        meter.CreateObservableGauge("brokkr.health.objects", Objects,
            description: "Deployment objects on agents, by the status that counts now.");
        meter.CreateObservableGauge("brokkr.health.stale_objects", () =>
            Sampled(f => f.Stale), description: "Those whose agent is silent.");
        meter.CreateObservableGauge("brokkr.health.unclear_objects", () =>
            Sampled(f => f.Unclear), description: "Those that an agent which is heard and looks cannot judge.");
        meter.CreateObservableGauge("brokkr.health.stack_objects", MeasureStacks,
            description: "Deployment objects on agents by stack and status, of so many stacks as the settings allow.");
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

    /// <summary>What the database said last of stacks; empty where it does not answer, or nobody asks.</summary>
    public IReadOnlyList<StackSampleRow> Stacks
    {
        set => _stacks = value;
    }

    private Measurement<int>[] Objects() => _fleet is not { } fleet ? [] :
    [
        Of(fleet.Failing, "status", "failing"), Of(fleet.Degraded, "status", "degraded"),
        Of(fleet.Unknown, "status", "unknown"), Of(fleet.Healthy, "status", "healthy"),
    ];

    private Measurement<int>[] Agents() =>
        _fleet is not { } fleet ? [] :
    [
        Of(fleet.Agents - fleet.SilentAgents - fleet.UnheardAgents, "state", "heard"), Of(fleet.SilentAgents, "state", "silent"),
        Of(fleet.UnheardAgents, "state", "never_heard"),
    ];

    private IEnumerable<Measurement<int>> MeasureStacks() =>
        from stack in _stacks
        from count in new (string Status, int Value)[]
        {
            ("failing", stack.Failing), ("degraded", stack.Degraded), ("unknown", stack.Unknown), ("healthy", stack.Healthy),
        }
        select new Measurement<int>(count.Value, new("stack", stack.Name), new KeyValuePair<string, object?>("status", count.Status));

    private Measurement<int>[] Requests() =>
        _fleet is not { } fleet ? [] : [Of(fleet.Pending, "status", "pending"), Of(fleet.Claimed, "status", "claimed")];

    private Measurement<T>[] Sampled<T>(Func<FleetSampleRow, T> value) where T : struct => _fleet is { } fleet ? [new(value(fleet))] : [];

    private static Measurement<int> Of(int value, string tag, string word) => new(value, new KeyValuePair<string, object?>(tag, word));
}
