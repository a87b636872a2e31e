using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Deployment;
using Brokkr.Agent.Diagnostics;
using Brokkr.Agent.Health;
using Brokkr.Agent.Operations;
using Brokkr.Agent.Targets;
using Brokkr.Agent.Watching;
using Grpc.Net.Client;

namespace Brokkr.Agent;

/// <summary>The agent as a whole: what watches, what reports and what answers run side by side and never wait for each other.</summary>
internal static class AgentApp
{
    public static IHost Create(AgentOptions options, Action<IServiceCollection>? adjust = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "brokkr-agent" });
        builder.Logging.AddAgentConsole(options.Telemetry);
        builder.Services.AddSingleton(TimeProvider.System)
            .AddBroker(options.Connection)
            .AddCluster(options.Cluster)
            .AddWatching(options.Scope)
            .AddTargets(options.Deployment.IsApply)
            .AddDeployment(options.Deployment)
            .AddHealth(options.Health)
            .AddDiagnostics(options.Diagnostics)
            .AddOperations(options.Probes, options.Purpose, TimeSpan.FromSeconds(options.Health.CheckInterval))
            .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        adjust?.Invoke(builder.Services);
        var host = builder.Build();
        // Rules, a proxy or a kubeconfig that cannot be used are one sentence, not a host that failed to start.
        host.Services.GetRequiredService<HealthEvaluator>();
        host.Services.GetRequiredService<GrpcChannel>();
        host.Services.GetRequiredService<KubeClient>();
        return host;
    }
}
