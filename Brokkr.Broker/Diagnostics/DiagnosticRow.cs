using Google.Protobuf.WellKnownTypes;
using Word = Brokkr.V1.DiagnosticStatus.Types.Word;

namespace Brokkr.Broker.Diagnostics;

/// <summary>A row of <c>diagnostic_requests</c>.</summary>
internal sealed class DiagnosticRow
{
    /// <summary>The columns that every query of this row selects.</summary>
    public const string Columns = """
        q.id, q.agent_id, q.deployment_object_id, q.status, q.requested_by, q.created_at, q.claimed_at, q.completed_at, q.expires_at,
        q.attempt, q.lease_expires_at, q.error, array_to_string(q.attempt_errors, E'\n') AS attempt_errors, q.answered_attempt,
        GREATEST(FLOOR(EXTRACT(EPOCH FROM q.lease_expires_at - NOW())), 0)::int AS lease_seconds
        """;

    public Guid Id { get; set; }

    public Guid AgentId { get; set; }

    public Guid DeploymentObjectId { get; set; }

    public Word Status { get; set; }

    public string? RequestedBy { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ClaimedAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public int Attempt { get; set; }

    public DateTimeOffset? LeaseExpiresAt { get; set; }

    /// <summary>How long the lease still runs, in whole seconds.</summary>
    public int LeaseSeconds { get; set; }

    public string? Error { get; set; }

    /// <summary>Why each lost attempt was lost, a line each.</summary>
    public string AttemptErrors { get; set; } = "";

    /// <summary>The attempt whose answer ended the request; null where no answer did.</summary>
    public int? AnsweredAttempt { get; set; }

    /// <summary>Since when the agent is silent; known of a request that was just made.</summary>
    public DateTimeOffset? AgentSilentSince { get; set; }

    public Wire.Diagnostic ToWire(Wire.DiagnosticResult? result = null) => new()
    {
        RequestId = Id.ToString(),
        Status = Status,
        CreatedAt = CreatedAt.ToTimestamp(),
        ClaimedAt = ClaimedAt?.ToTimestamp(),
        CompletedAt = CompletedAt?.ToTimestamp(),
        ExpiresAt = ExpiresAt.ToTimestamp(),
        DeploymentObjectId = DeploymentObjectId.ToString(),
        AgentId = AgentId.ToString(),
        RequestedBy = RequestedBy ?? "",
        Attempt = Attempt,
        Error = Error ?? "",
        Result = result,
        AttemptErrors = { AttemptErrors.Split('\n', StringSplitOptions.RemoveEmptyEntries) },
    };
}
