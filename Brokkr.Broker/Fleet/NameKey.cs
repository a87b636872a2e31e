namespace Brokkr.Broker.Fleet;

/// <summary>Where a reader of a list stands that is ordered by a unique name.</summary>
internal sealed record NameKey(string Name);
