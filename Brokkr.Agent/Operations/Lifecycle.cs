using Brokkr.Contracts;

namespace Brokkr.Agent.Operations;

/// <summary>Says what the agent is and what it shall do when it starts, when it first does its job, and when it stops.</summary>
internal sealed class Lifecycle(AgentReadiness readiness, AgentPurpose purpose, TimeProvider clock, ILogger<Lifecycle> log)
    : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        OperationsLog.Stopping(log);
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        OperationsLog.Starting(log, ProgramVersion.Current, purpose.AgentId, purpose.Broker, purpose.Mode, purpose.Namespaces);
        while (readiness.NotReady().Count > 0)
            await Task.Delay(Look, clock, stoppingToken);
        OperationsLog.Ready(log);
    }
}

/// <summary>What the settings make of the agent.</summary>
/// <param name="AgentId">Which agent it is.</param>
/// <param name="Broker">The broker's address.</param>
/// <param name="Mode"><c>apply</c> or <c>observe</c>.</param>
/// <param name="Namespaces">What it watches.</param>
internal sealed record AgentPurpose(string AgentId, string Broker, string Mode, string Namespaces);
