using Grpc.Core;

namespace Brokkr.Agent.Broker;

/// <summary>Tells the broker what the agent knows of itself, when it changes, and now and then in case it got lost.</summary>
internal sealed class FactReporter(
    Wire.AgentService.AgentServiceClient broker, AgentFacts facts, BrokerHealth brokerHealth, ConnectionOptions options, TimeProvider clock)
    : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(10);

    private Wire.ReportAgentFactsRequest? _sent;
    private long _sentAt;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => brokerHealth.RepeatAsync(Look, ReportAsync, stoppingToken);

    internal async Task ReportAsync(CancellationToken ct)
    {
        var now = facts.ToWire(options.AgentId);
        if ((!facts.AreKnown && _sent is null) || (now.Equals(_sent) && clock.GetElapsedTime(_sentAt) < Again))
            return;
        try
        {
            await broker.ReportAgentFactsAsync(now, cancellationToken: ct);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            // A broker of an older version does not want to know.
        }

        (_sent, _sentAt) = (now, clock.GetTimestamp());
    }
}
