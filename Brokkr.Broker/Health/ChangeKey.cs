namespace Brokkr.Broker.Health;

/// <summary>
/// Where a reader of the fleet's changes stands, newest first. What fell silent at one moment has one number: its object tells.
/// </summary>
internal sealed record ChangeKey(DateTimeOffset At, long Id, Guid AgentId, Guid ObjectId);
