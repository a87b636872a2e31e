namespace Brokkr.Broker.Health;

/// <summary>Where a reader of a stack's or an agent's health stands, which is ordered by stack and name.</summary>
internal sealed record PlaceKey(Guid StackId, string Name);
