using Grpc.Core;
using Grpc.Net.Client;

namespace Brokkr.Agent.Broker;

/// <summary>Wires the way to the broker: one connection, and a client for each of its services.</summary>
internal static class BrokerModule
{
    public static IServiceCollection AddBroker(this IServiceCollection services, ConnectionOptions options) =>
        services.AddSingleton(options).AddSingleton<BrokerHealth>().AddSingleton<AgentFacts>().AddHostedService<FactReporter>()
            .AddSingleton(_ => BrokerConnection.Open(options))
            .AddSingleton(s => BrokerConnection.Signed(s.GetRequiredService<GrpcChannel>(), options.ReadPak(),
                s.GetRequiredService<BrokerHealth>(), s.GetRequiredService<TimeProvider>()))
            .AddSingleton(s => new Wire.AgentService.AgentServiceClient(s.GetRequiredService<CallInvoker>()))
            .AddSingleton(s => new Wire.HealthService.HealthServiceClient(s.GetRequiredService<CallInvoker>()))
            .AddSingleton(s => new Wire.DiagnosticsService.DiagnosticsServiceClient(s.GetRequiredService<CallInvoker>()));
}
