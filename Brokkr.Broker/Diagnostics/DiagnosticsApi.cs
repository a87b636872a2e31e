using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Word = Brokkr.V1.DiagnosticStatus.Types.Word;

namespace Brokkr.Broker.Diagnostics;

/// <summary>The gRPC and JSON face of diagnostics: checks the request, asks the store, maps the answer.</summary>
internal sealed class DiagnosticsApi(
    DiagnosticStore diagnostics, ClaimStore claims, DiagnosticDispatcher dispatcher, DiagnosticWatch watch,
    DeploymentObjectStore objects, TimeProvider clock)
    : Wire.DiagnosticsService.DiagnosticsServiceBase
{
    [Authorize(Policies.Admin)]
    [Answers(StatusCodes.Status202Accepted)]
    public override async Task<Wire.RequestDiagnosticsResponse> RequestDiagnostics(Wire.RequestDiagnosticsRequest request,
        ServerCallContext context)
    {
        var deploymentObject = await FindObjectAsync(request.Id, context);
        var agentId = Requests.UuidOrNull(request.AgentId, "agent_id");
        var row = await diagnostics.AddAsync(deploymentObject.Id, agentId, context.CallerActor(), context.CancellationToken)
            ?? throw WhyNobody(await FindObjectAsync(request.Id, context), agentId);
        await dispatcher.AnnounceAsync(row.AgentId, context.CancellationToken);
        return new()
        {
            RequestId = row.Id.ToString(),
            Status = row.Status,
            CreatedAt = row.CreatedAt.ToTimestamp(),
            ExpiresAt = row.ExpiresAt.ToTimestamp(),
            AgentId = row.AgentId.ToString(),
            AgentSilentSince = row.AgentSilentSince?.ToTimestamp(),
            DeploymentObjectId = deploymentObject.Id.ToString(),
        };
    }

    [Authorize(Policies.Reader)]
    public override async Task<Wire.Diagnostic> GetDiagnostic(Wire.GetDiagnosticRequest request, ServerCallContext context)
    {
        var id = Requests.Uuid(request.RequestId, "request_id");
        var wait = Wait(request.WaitSeconds);
        var row = await diagnostics.FindAsync(id, context.CancellationToken) ?? throw NoSuchRequest(request.RequestId);
        var known = request.KnownStatus == Word.Unspecified ? row.Status : request.KnownStatus;
        if (wait > TimeSpan.Zero && row.Status == known && row.Status is (Word.Pending or Word.Claimed))
        {
            await watch.WaitAsync(id, known, wait, context.CancellationToken);
            row = await diagnostics.FindAsync(id, context.CancellationToken) ?? throw NoSuchRequest(request.RequestId);
        }

        var result = await diagnostics.ReadResultAsync(row, context.CallerActor(), context.CancellationToken);
        return row.ToWire(result?.ToWire());
    }

    [Authorize(Policies.Reader)]
    public override async Task<Wire.ListDiagnosticsResponse> ListDiagnostics(Wire.ListDiagnosticsRequest request, ServerCallContext context)
    {
        var page = Page.Of<DiagnosticKey>(request.PageSize, request.PageToken);
        var deploymentObject = await FindObjectAsync(request.Id, context);
        var rows = await diagnostics.ListAsync(deploymentObject.Id, page, context.CancellationToken);
        return new() { NextPageToken = page.Cut(rows, r => new(r.CreatedAt, r.Id)), Diagnostics = { rows.Select(r => r.ToWire()) } };
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.CancelDiagnosticResponse> CancelDiagnostic(Wire.CancelDiagnosticRequest request,
        ServerCallContext context)
    {
        var id = Requests.Uuid(request.RequestId, "request_id");
        var row = await diagnostics.FindAsync(id, context.CancellationToken) ?? throw NoSuchRequest(request.RequestId);
        if (row.Status != Word.Cancelled && !await diagnostics.CancelAsync(id, context.CallerActor(), context.CancellationToken))
        {
            row = await diagnostics.FindAsync(id, context.CancellationToken) ?? throw NoSuchRequest(request.RequestId);
            if (row.Status != Word.Cancelled)
                throw Errors.Conflict("already_finished", $"The request is {row.Status.Text()} already: there is nothing to withdraw.");
        }

        watch.Ring(id);
        await dispatcher.AnnounceAsync(row.AgentId, context.CancellationToken);
        return new() { RequestId = row.Id.ToString(), Status = Word.Cancelled };
    }

    [Authorize(Policies.Agent)]
    public override async Task<Wire.PollDiagnosticsResponse> PollDiagnostics(Wire.PollDiagnosticsRequest request, ServerCallContext context)
    {
        var agentId = context.CallerAgentId(request.AgentId);
        var wait = Wait(request.WaitSeconds);
        if (request.Held.Count > Limits.PollHeld)
            throw Errors.Invalid("held", $"must name at most {Limits.PollHeld} requests.");
        var held = request.Held.Select(id => Requests.Uuid(id, "held")).ToArray();
        var (rows, withdrawn) = await dispatcher.PollAsync(
            agentId, context.CallerPakId(), held, wait, context.CancellationToken);
        return new()
        {
            Withdrawn = { withdrawn.Select(w => w.ToString()) },
            Requests =
            {
                rows.Select(r => new Wire.PendingDiagnostic
                {
                    Id = r.Id.ToString(),
                    DeploymentObjectId = r.DeploymentObjectId.ToString(),
                    CreatedAt = r.CreatedAt.ToTimestamp(),
                    ExpiresAt = r.ExpiresAt.ToTimestamp(),
                }),
            },
        };
    }

    [Authorize(Policies.Agent)]
    public override async Task<Wire.ClaimDiagnosticResponse> ClaimDiagnostic(Wire.ClaimDiagnosticRequest request, ServerCallContext context)
    {
        var (id, agentId) = (Requests.Uuid(request.RequestId, "request_id"), context.CallerAgentId());
        if (request.ClaimKey.Length > Limits.ClaimKeyLength || request.ClaimKey.Any(char.IsControl))
            throw Errors.Invalid("claim_key", $"must have at most {Limits.ClaimKeyLength} characters, and no control characters.");
        var claimed = await claims.ClaimAsync(id, agentId, request.ClaimKey, context.CancellationToken)
            ?? throw await WhyNotClaimableAsync(id, agentId, context);
        watch.Ring(id);
        return new()
        {
            RequestId = claimed.Id.ToString(),
            Status = claimed.Status,
            Attempt = claimed.Attempt,
            LeaseExpiresAt = claimed.LeaseExpiresAt?.ToTimestamp(),
            DeploymentObjectId = claimed.DeploymentObjectId.ToString(),
            LeaseSeconds = claimed.LeaseSeconds,
        };
    }

    [Authorize(Policies.Agent)]
    public override async Task<Wire.SubmitResultResponse> SubmitResult(Wire.SubmitResultRequest request, ServerCallContext context)
    {
        var (id, agentId) = (Requests.Uuid(request.RequestId, "request_id"), context.CallerAgentId());
        if (request is { HasAttempt: true, Attempt: < 1 })
            throw Errors.Invalid("attempt", "must be 1 or more, as ClaimDiagnostic answered it.");
        Moments.Bound(request, clock.GetUtcNow());
        var error = request.Error.Length == 0 ? null : WireCleaner.Sentence(request.Error, new Dictionary<string, int>());
        if (error is null)
            WireCleaner.Clean(request);
        if (error is null && request.CalculateSize() > Limits.ResultBytes)
            throw TooLarge($"The cleaned result is larger than {Limits.ResultBytes} bytes");
        var result = error is null ? ResultRow.Of(request) : null;
        if (result?.Bytes > Limits.StoredResultBytes)
            throw TooLarge($"The result takes more than {Limits.StoredResultBytes} bytes as JSON");

        var (outcome, row) = await claims.SubmitAsync(
            id, agentId, request.HasAttempt
            ? request.Attempt
            : null, result, error, context.CancellationToken);
        watch.Ring(id);
        return outcome switch
        {
            Submission.Store or Submission.ClaimAndStore or Submission.StoredBefore =>
                new() { RequestId = request.RequestId, Status = row!.Status },
            Submission.NotFound => throw NoSuchRequest(request.RequestId),
            Submission.Superseded =>
            throw Errors.Conflict("attempt_superseded", "Another attempt holds or finished the request: drop this result."),
            Submission.Expired => throw Expired(),
            Submission.Cancelled => throw Errors.Conflict("cancelled", "The request was withdrawn: drop this result."),
            Submission.TooLate =>
            throw Errors.Conflict("already_finished", "The lease of the last attempt ran out, and the request failed: drop this result."),
            _ => throw Errors.Conflict("already_finished", "The request is finished already: drop this result."),
        };
    }

    private static TimeSpan Wait(int seconds) => seconds is >= 0 and <= Limits.PollWaitSeconds
        ? TimeSpan.FromSeconds(seconds)
        : throw Errors.Invalid("wait_seconds", $"must be between 0 and {Limits.PollWaitSeconds}.");

    private async Task<DeploymentObjectRow> FindObjectAsync(string id, ServerCallContext context) =>
        await objects.FindHeadAsync(Requests.Uuid(id, "id"), context.CancellationToken) ?? throw Errors.NotFound("deployment object", id);

    private async Task<ApiError> WhyNotClaimableAsync(Guid id, Guid agentId, ServerCallContext context)
    {
        var row = await diagnostics.FindAsync(id, context.CancellationToken);
        return row is null || row.AgentId != agentId ? NoSuchRequest($"{id}") : row.Status switch
        {
            Word.Expired => Expired(),
            Word.Cancelled => Errors.Conflict("cancelled", "The request was withdrawn: there is nothing to claim."),
            Word.Pending or Word.Claimed => Errors.Conflict("already_claimed", "The request is held by a claim: poll again later."),
            _ => Errors.Conflict("already_finished", "The request is finished: there is nothing to claim."),
        };
    }

    private static ApiError WhyNobody(DeploymentObjectRow deploymentObject, Guid? agentId) => Errors.Precondition(
        "no_agent", deploymentObject.SupersededAt is not null
            ? "A newer revision took the place of this deployment object: ask for the newest one."
            : agentId is null
                ? "No agent is targeted at the stack of this deployment object: add a target first."
                : "That agent is not targeted at the stack of this deployment object: leave agent_id out, or add the target first.");

    private static ApiError TooLarge(string what) => Errors.TooLarge("result_too_large", $"{what}: send fewer pods, events or log lines.");

    private static ApiError NoSuchRequest(string id) => Errors.NotFound("diagnostic request", id);

    private static ApiError Expired() => Errors.Conflict("expired", "The request expired: the operator has to ask again.");
}
