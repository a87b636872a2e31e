using System.Diagnostics.Metrics;
using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Auth;

/// <summary>Counts who answers what a standby may, and tells how far that is behind.</summary>
internal sealed class ReadMetrics
{
    private readonly Counter<long> _reads;

    /// <param name="meters">Makes the meter.</param>
    /// <param name="watch">Looks at the standby; none where there is no standby.</param>
    public ReadMetrics(IMeterFactory meters, IEnumerable<StandbyWatch> watch)
    {
        var meter = meters.Create(TelemetryModule.MeterName);
        _reads = meter.CreateCounter<long>("brokkr.standby.reads", description: "Calls that a standby may answer, by who did.");
        meter.CreateObservableGauge(
            "brokkr.standby.lag", () => watch.FirstOrDefault()?.Lag.TotalSeconds ?? 0, "s", "How old, at most, what the standby knows is.");
        Add("primary", 0);
        Add("standby", 0);
    }

    public void Read(bool fromStandby) => Add(fromStandby ? "standby" : "primary", 1);

    private void Add(string answeredBy, long calls) => _reads.Add(calls, new KeyValuePair<string, object?>("answered_by", answeredBy));
}
