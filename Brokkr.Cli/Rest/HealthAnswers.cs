namespace Brokkr.Cli.Rest;

internal sealed record HealthCounts(int Failing, int Degraded, int Unknown, int Healthy);

internal sealed record HealthSummary(int PodsReady, int PodsTotal, IReadOnlyList<string> Conditions,
    IReadOnlyList<ResourceHealth> Resources,
    IReadOnlyList<Finding> Findings, int ResourcesOmitted, int FindingsOmitted);

internal sealed record ResourceHealth(string Kind, string Name, string Namespace, bool Ready, string Message, string Status);

internal sealed record Finding(string Condition, string Severity, string Kind, string Name, string Namespace, string Container,
    string Message,
    DateTimeOffset? Since, int? ExitCode, int? Signal, int Restarts);

/// <summary>One deployment object on one agent.</summary>
internal sealed record PlacedHealth(string Id, string Status, HealthSummary Summary, string Name, string StackId, string StackName,
    string AgentId, string AgentName, DateTimeOffset? ReceivedAt, string? LastKnownStatus, DateTimeOffset? Since);

/// <summary>One deployment object over its agents.</summary>
internal sealed record DeploymentObjectHealth(
    string Status, HealthSummary Summary, IReadOnlyList<AgentVerdict> Agents, DateTimeOffset? Since, int AgentsTotal);

internal sealed record AgentVerdict(string AgentId, string AgentName, string Status, HealthSummary Summary, DateTimeOffset? ReceivedAt,
    string? LastKnownStatus, DateTimeOffset? Since);

internal sealed record HealthTransition(string AgentName, string From, string To, IReadOnlyList<string> Conditions, DateTimeOffset At,
    int Changes);

internal sealed record HealthChange(string Name, string StackName, HealthTransition Transition);
