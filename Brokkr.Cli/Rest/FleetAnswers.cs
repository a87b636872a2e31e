namespace Brokkr.Cli.Rest;

internal sealed record Stack(string Id, string Name, DateTimeOffset CreatedAt, StackSummary? Summary);

internal sealed record StackSummary(int DeploymentObjects, int Agents, HealthCounts Counts, string OverallStatus);

internal sealed record DeploymentObject(string Id, string StackId, string Name, int Revision, string Yaml, DateTimeOffset CreatedAt,
    DateTimeOffset? SupersededAt, string? CreatedBy, IReadOnlyList<ManifestProblem>? Problems);

internal sealed record ManifestProblem(int Line, int Column, string Message);

internal sealed record Diff(int Added, int Removed, IReadOnlyList<DiffHunk> Hunks);

internal sealed record DiffHunk(int BaseLine, int Line, IReadOnlyList<DiffLine> Lines);

internal sealed record DiffLine(string Side, string Text);

internal sealed record Agent(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastSeenAt, string State, string Version,
    HealthCounts Counts, string OverallStatus);

internal sealed record Target(string StackId, string StackName, DateTimeOffset CreatedAt);
