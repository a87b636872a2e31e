namespace Brokkr.Cli.Rest;

internal sealed record Stack(string Id, string Name, DateTimeOffset CreatedAt, StackSummary? Summary);

internal sealed record StackSummary(int DeploymentObjects, int Agents, HealthCounts Counts, string OverallStatus);

internal sealed record DeploymentObject(string Id, string StackId, string Name, int Revision, string Yaml, DateTimeOffset CreatedAt,
    DateTimeOffset? SupersededAt);

internal sealed record Agent(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastSeenAt, string State, string Version,
    HealthCounts Counts, string OverallStatus);

internal sealed record Target(string AgentId, string StackId, string StackName, DateTimeOffset CreatedAt);
