namespace Brokkr.Broker.Auth;

/// <summary>Where a reader of the audit trail stands, newest first.</summary>
internal sealed record AuditKey(long Id);
