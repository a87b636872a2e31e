namespace Brokkr.Broker.Auth;

/// <summary>Where a reader of keys stands, newest first.</summary>
internal sealed record PakKey(DateTimeOffset CreatedAt, string Id);
