namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>Where a reader of the alerts stands: open ones come first.</summary>
internal sealed record AlertKey(bool IsOpen, DateTimeOffset OpenedAt, Guid Id);
