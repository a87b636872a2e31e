using System.Diagnostics.Metrics;

namespace Brokkr.Broker.Telemetry;

/// <summary>Counts what is deleted because its time is over, whichever feature keeps it.</summary>
internal sealed class CleanupMetrics
{
    private readonly Counter<long> _deleted;

    public CleanupMetrics(IMeterFactory meters)
    {
        _deleted = meters.Create(TelemetryModule.MeterName)
            .CreateCounter<long>("brokkr.cleanup.deleted", description: "Rows that were deleted because their time was over.");
        // A series is known before there is anything to count.
        foreach (var what in (string[])["audit_events", "paks", "deployment_objects", "deployment_object_names", "diagnostic_requests",
            "health_transitions", "console_sessions", "alerts", "alert_deliveries", "stacks"])
            Deleted(what, 0);
    }

    public void Deleted(string what, int rows) => _deleted.Add(rows, new KeyValuePair<string, object?>("what", what));
}
