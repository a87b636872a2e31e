using Google.Protobuf.WellKnownTypes;
using LinqToDB.Mapping;
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

    [Column("id")]
    public Guid Id { get; set; }

    [Column("agent_id")]
    public Guid AgentId { get; set; }

    [Column("deployment_object_id")]
    public Guid DeploymentObjectId { get; set; }

    [Column("status")]
    public string Status { get; set; } = "";

    [Column("requested_by")]
    public string? RequestedBy { get; set; }

    [Column("created_at")]
    public DateTimeOffset CreatedAt { get; set; }

    [Column("claimed_at")]
    public DateTimeOffset? ClaimedAt { get; set; }

    [Column("completed_at")]
    public DateTimeOffset? CompletedAt { get; set; }

    [Column("expires_at")]
    public DateTimeOffset ExpiresAt { get; set; }

    [Column("attempt")]
    public int Attempt { get; set; }

    [Column("lease_expires_at")]
    public DateTimeOffset? LeaseExpiresAt { get; set; }

    /// <summary>How long the lease still runs, in whole seconds.</summary>
    [Column("lease_seconds")]
    public int LeaseSeconds { get; set; }

    [Column("error")]
    public string? Error { get; set; }

    /// <summary>Why each lost attempt was lost, a line each.</summary>
    [Column("attempt_errors")]
    public string AttemptErrors { get; set; } = "";

    /// <summary>The attempt whose answer ended the request; null where no answer did.</summary>
    [Column("answered_attempt")]
    public int? AnsweredAttempt { get; set; }

    public Word StatusWord => Status switch
    {
        "pending" => Word.Pending,
        "claimed" => Word.Claimed,
        "completed" => Word.Completed,
        "failed" => Word.Failed,
        "expired" => Word.Expired,
        "cancelled" => Word.Cancelled,
        _ => Word.Unspecified,
    };

    public Wire.Diagnostic ToWire(Wire.DiagnosticResult? result = null) => new()
    {
        RequestId = Id.ToString(),
        Status = StatusWord,
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
