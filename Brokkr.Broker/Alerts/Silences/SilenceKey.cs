namespace Brokkr.Broker.Alerts.Silences;

/// <summary>Where a reader of the silences stands.</summary>
internal sealed record SilenceKey(DateTimeOffset CreatedAt, Guid Id);
