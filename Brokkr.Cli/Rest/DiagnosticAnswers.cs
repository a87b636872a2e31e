namespace Brokkr.Cli.Rest;

internal sealed record Diagnostic(string RequestId, string Status, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    string AgentId, string RequestedBy, string Error, DiagnosticResult? Result);

internal sealed record DiagnosticResult(DateTimeOffset CollectedAt, IReadOnlyList<PodStatus> PodStatuses,
    IReadOnlyList<ClusterEvent> Events, IReadOnlyDictionary<string, IReadOnlyList<string>> LogTails,
    IReadOnlyDictionary<string, IReadOnlyList<string>> PreviousLogTails,
    IReadOnlyList<CollectionOutcome> Completeness, Redaction Redaction, IReadOnlyList<DiagnosticFinding> Findings);

internal sealed record DiagnosticFinding(string Code, string Severity, string Kind, string Name, string Namespace, string Container,
    string Message, string Advice, int Affected);

internal sealed record PodStatus(string Name, string Namespace, string Phase, IReadOnlyList<ContainerStatus> ContainerStatuses,
    string Reason);

internal sealed record ContainerStatus(string Name, string State, string Reason, int RestartCount, int? ExitCode,
    ContainerLastState? LastState, string Image);

internal sealed record ContainerLastState(string Reason, int? ExitCode);

internal sealed record ClusterEvent(string Type, string Reason, string Message, DateTimeOffset? LastSeen, int Count, string Kind,
    string Name, string Namespace);

internal sealed record CollectionOutcome(string Query, string Outcome, string Message);

internal sealed record Redaction(int Total);
