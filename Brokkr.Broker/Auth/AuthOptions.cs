namespace Brokkr.Broker.Auth;

/// <summary>The settings of keys and the audit trail, which stand in the section <c>[broker]</c> itself.</summary>
/// <param name="AdminPakFile">Where the first start writes the admin key.</param>
/// <param name="BootstrapPakFile">A file with an admin key that was made beforehand; empty where there is none.</param>
/// <param name="AuditDays">How long the audit trail, and keys that are over, are kept.</param>
internal sealed record AuthOptions(string AdminPakFile, string BootstrapPakFile, int AuditDays);
