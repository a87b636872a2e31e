namespace Brokkr.Cli.Rest;

internal sealed record Self(Pak Key, IReadOnlyList<string> May);

internal sealed record Pak(string Id, string Role, string State, string Name, DateTimeOffset CreatedAt, string CreatedBy,
    DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);

internal sealed record AuditEvent(DateTimeOffset At, string Actor, string ActorRole, string Address, string Action, string ObjectId,
    string ObjectName);
