namespace Brokkr.Cli.Rest;

internal sealed record Alert(string Id, string State, string Status, string Rule, DateTimeOffset Since, string Reason, string AgentName,
    string StackId, string StackName, string Name, int PodsReady, int PodsTotal, IReadOnlyList<string> Conditions, string Cause,
    bool Frozen, bool Silenced, DateTimeOffset? AcknowledgedAt, string AcknowledgedBy, string Comment);

internal sealed record AlertSilence(string Id, IReadOnlyList<string> Statuses, IReadOnlyList<string> Conditions,
    IReadOnlyList<string> StackIds, IReadOnlyList<string> AgentIds, IReadOnlyList<string> Names, DateTimeOffset StartsAt,
    DateTimeOffset? EndsAt, WeeklyWindow? Weekly, string Comment, string CreatedBy, bool Active);

internal sealed record WeeklyWindow(IReadOnlyList<int> Days, string Start, int Minutes, string TimeZone);
