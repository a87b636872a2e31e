namespace Brokkr.Broker.Health;

/// <summary>Where a reader of changes stands, newest first.</summary>
internal sealed record TransitionKey(DateTimeOffset At, long Id, Guid AgentId);
