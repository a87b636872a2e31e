using Brokkr.Agent.Broker;
using Brokkr.Agent.Deployment;
using Grpc.Core;

namespace Brokkr.Agent.Diagnostics;

/// <summary>Finds diagnostic requests by polling and answers them, a few at a time, in a loop of its own.</summary>
internal sealed class DiagnosticPoller(
    Wire.DiagnosticsService.DiagnosticsServiceClient broker, DiagnosticCollector collector, TargetState targets, BrokerHealth brokerHealth,
    AgentOptions options, TimeProvider clock, ILogger<DiagnosticPoller> log) : BackgroundService
{
    private const int AtOnce = 2;

    /// <summary>Well below the lease of two minutes, so that the answer still counts.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        brokerHealth.RepeatAsync(TimeSpan.FromSeconds(options.PollInterval), PollAsync, clock, stoppingToken);

    internal async Task PollAsync(CancellationToken ct)
    {
        var pending = await broker.PollDiagnosticsAsync(new() { AgentId = options.AgentId }, cancellationToken: ct);
        await Parallel.ForEachAsync(pending.Requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, AnswerAsync);
    }

    private async ValueTask AnswerAsync(Wire.PendingDiagnostic request, CancellationToken ct)
    {
        try
        {
            var claim = await broker.ClaimDiagnosticAsync(new() { RequestId = request.Id }, cancellationToken: ct);
            var result = await GatherAsync(request, ct);
            (result.RequestId, result.Attempt) = (request.Id, claim.Attempt);
            await broker.SubmitResultAsync(result, cancellationToken: ct);
            DiagnosticsLog.Answered(log, request.Id);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Aborted or StatusCode.NotFound)
        {
            // Held or finished elsewhere, or deleted meanwhile: nothing is left to do.
        }
    }

    private async Task<Wire.SubmitResultRequest> GatherAsync(Wire.PendingDiagnostic request, CancellationToken ct)
    {
        if (!options.Diagnostics.Enabled)
            return new() { Error = "Diagnostics are switched off on this agent (agent.diagnostics.enabled)." };
        if (targets.Current?.FirstOrDefault(a => $"{a.Target.Id}" == request.DeploymentObjectId) is not { } assignment)
            return new() { Error = "The agent does not know this deployment object yet: ask again in a minute." };
        using var patience = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await collector.CollectAsync(assignment.Target, both.Token);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            DiagnosticsLog.Failed(log, e, request.Id);
            return new() { Error = patience.IsCancellationRequested ? "Gathering took too long and was given up." : "Gathering failed: the agent's log says why." };
        }
    }
}
