namespace Brokkr.Broker.Alerts.Telemetry;

/// <summary>The figures of alerts.</summary>
internal sealed class AlertSampleRow
{
    public required int Open { get; set; }

    public required int Pending { get; set; }

    public required int Dead { get; set; }

    /// <summary>For how long the message waits that waits longest, those of switched-off receivers left out.</summary>
    public required double OldestPendingSeconds { get; set; }

    public required double WatchAgeSeconds { get; set; }
}
