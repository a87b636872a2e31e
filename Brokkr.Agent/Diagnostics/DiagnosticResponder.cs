using Brokkr.Agent.Broker;
using Brokkr.Agent.Operations;
using Brokkr.Agent.Targets;
using Brokkr.Contracts;
using Grpc.Core;

namespace Brokkr.Agent.Diagnostics;

/// <summary>Claims one request, gathers for it and delivers the answer for as long as the claim holds.</summary>
internal sealed class DiagnosticResponder(
    Wire.DiagnosticsService.DiagnosticsServiceClient broker, DiagnosticCollector collector, TargetState targets, AgentMetrics metrics,
    DiagnosticOptions options, TimeProvider clock, ILogger<DiagnosticResponder> log)
{
    private static readonly TimeSpan LongestGather = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Whether the agent knows what requests may be about; before that they wait at the broker.</summary>
    public bool IsReady => targets.Current is not null && collector.IsReady;

    /// <summary>Takes the request; null where it is held or finished elsewhere, or deleted meanwhile.</summary>
    public async Task<Claim?> ClaimAsync(Wire.PendingDiagnostic pending, CancellationToken ct)
    {
        // The same word for the repetition: where the first answer got lost, the claim is found again.
        var request = new Wire.ClaimDiagnosticRequest { RequestId = pending.Id, ClaimKey = $"{Guid.NewGuid():N}" };
        try
        {
            var taken =
                await UntilAnsweredAsync(() => broker.ClaimDiagnosticAsync(request, cancellationToken: ct), BrokerConnection.Deadline, ct);
            return new(pending.Id, pending.DeploymentObjectId, taken.Attempt, TimeSpan.FromSeconds(taken.LeaseSeconds),
                clock.GetTimestamp());
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Aborted or StatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Gathers and delivers. Never fails; cancelled, it stops without an answer.</summary>
    public async Task AnswerAsync(Claim claim, CancellationToken ct)
    {
        try
        {
            var result = await GatherAsync(claim, ct);
            (result.RequestId, result.Attempt) = (claim.RequestId, claim.Attempt);
            await DeliverAsync(claim, result, ct);
            metrics.DiagnosticAnswered();
            DiagnosticsLog.Answered(log, claim.RequestId);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Aborted or StatusCode.NotFound)
        {
            DiagnosticsLog.NotWanted(log, claim.RequestId);
        }
        catch (Exception e)
            when (ct.IsCancellationRequested && e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            DiagnosticsLog.Dropped(log, claim.RequestId);
        }
        catch (Exception e)
        {
            DiagnosticsLog.NotDelivered(log, e, claim.RequestId);
        }
    }

    private async Task<Wire.SubmitResultRequest> GatherAsync(Claim claim, CancellationToken ct)
    {
        if (!options.Enabled)
            return new() { Error = "Diagnostics are switched off on this agent (agent.diagnostics.enabled)." };
        if (targets.Current?.FirstOrDefault(a => $"{a.Target.Id}" == claim.DeploymentObjectId) is not { } assignment)
            return new() { Error = "The agent does not know this deployment object yet: ask again in a minute." };
        // A quarter of the lease is left for delivering.
        var left = claim.Lease * 0.75 < LongestGather ? claim.Lease * 0.75 : LongestGather;
        using var patience = new CancellationTokenSource(left, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await collector.CollectAsync(assignment, left * 0.8, both.Token);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            DiagnosticsLog.Failed(log, e, claim.RequestId);
            return new()
            {
                Error = patience.IsCancellationRequested
                ? "Gathering took too long and was given up."
                : "Gathering failed: the agent's log says why."
            };
        }
    }

    /// <summary>
    /// A result that the broker finds too large is delivered without logs; one that it cannot read at all, as an error: so it never comes
    /// again.
    /// </summary>
    private async Task DeliverAsync(Claim claim, Wire.SubmitResultRequest result, CancellationToken ct)
    {
        try
        {
            await SubmitAsync(claim, result, ct);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.InvalidArgument or StatusCode.ResourceExhausted && result.Error.Length == 0)
        {
            ResultBound.Apply(result, Limits.ResultBytes / 2);
            try
            {
                await SubmitAsync(claim, result, ct);
            }
            catch (RpcException again) when (again.StatusCode is StatusCode.InvalidArgument or StatusCode.ResourceExhausted)
            {
                var refused = new Wire.SubmitResultRequest
                {
                    RequestId = result.RequestId,
                    Attempt = result.Attempt,
                    Error = $"The broker refused what was gathered: {again.Status.Detail}",
                };
                await SubmitAsync(claim, refused, ct);
            }
        }
    }

    private async Task SubmitAsync(Claim claim, Wire.SubmitResultRequest result, CancellationToken ct) =>
        await UntilAnsweredAsync(() =>
            broker.SubmitResultAsync(result, cancellationToken: ct), claim.Lease - clock.GetElapsedTime(claim.TakenAt), ct);

    /// <summary>Repeats a call that harms nobody when it arrives twice, through outages and lost answers, until a time is over.</summary>
    private async Task<T> UntilAnsweredAsync<T>(Func<AsyncUnaryCall<T>> call, TimeSpan time, CancellationToken ct)
    {
        var (began, pause) = (clock.GetTimestamp(), FirstPause);
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RpcException e) when (
                e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unknown
                && !ct.IsCancellationRequested && clock.GetElapsedTime(began) + pause < time)
            {
                await Task.Delay(pause, clock, ct);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }
}

/// <summary>A request that this agent holds.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="DeploymentObjectId">What it is about.</param>
/// <param name="Attempt">Names the claim.</param>
/// <param name="Lease">How long it holds from <paramref name="TakenAt"/> on.</param>
/// <param name="TakenAt">A timestamp of the agent's clock.</param>
internal sealed record Claim(string RequestId, string DeploymentObjectId, int Attempt, TimeSpan Lease, long TakenAt);
