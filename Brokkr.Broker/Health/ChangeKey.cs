namespace Brokkr.Broker.Health;

/// <summary>Where a reader of the fleet's changes stands, newest first; what is not written yet has no number.</summary>
internal sealed record ChangeKey(DateTimeOffset At, long Id, Guid AgentId, Guid ObjectId);
