namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>What the broker that looks after alerts knows of its own watch.</summary>
internal sealed class WatchRow
{
    /// <summary>The database's clock.</summary>
    public required DateTimeOffset Now { get; set; }

    /// <summary>Since when brokers listen without a gap.</summary>
    public required DateTimeOffset WatchingSince { get; set; }
}
