namespace Brokkr.Broker.Fleet;

/// <summary>Where a reader of target state stands: in which state, after which deployment object.</summary>
internal sealed record TargetStateKey(string Revision, Guid ObjectId);
