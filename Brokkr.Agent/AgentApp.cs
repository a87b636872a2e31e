using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Deployment;
using Brokkr.Agent.Diagnostics;
using Brokkr.Agent.Health;
using Brokkr.Agent.Operations;
using Brokkr.Agent.Targets;
using Brokkr.Agent.Watching;

namespace Brokkr.Agent;

/// <summary>The agent as a whole: what watches, what reports and what answers run side by side and never wait for each other.</summary>
internal static class AgentApp
{
    public static string Version { get; } = typeof(AgentApp).Assembly.GetName().Version!.ToString(3);

    public static IHost Create(AgentOptions options, Action<IServiceCollection>? adjust = null)
    {
        var pak = options.RequireUsable();
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "brokkr-agent" });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).AddFilter("Grpc", LogLevel.None).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddSingleton(options).AddSingleton(new HealthEvaluator(options.Health)).AddSingleton(TimeProvider.System)
            .AddBrokerConnection(options, pak)
            .AddSingleton<KubeClient>().AddSingleton<ServedKinds>().AddSingleton<ClusterState>().AddSingleton<TargetState>()
            .AddSingleton<Refusals>().AddSingleton<ClusterWriter>().AddSingleton<KindLookup>().AddSingleton<InventoryStore>()
            .AddSingleton<BundleApplier>().AddSingleton<ForeignObjects>().AddSingleton<Pruner>()
            .AddSingleton<DiagnosticCollector>().AddSingleton<DiagnosticResponder>()
            .AddSingleton<AgentMetrics>().AddSingleton<AgentReadiness>()
            .AddSingleton<ClusterWatcher>().AddHostedService(s => s.GetRequiredService<ClusterWatcher>()).AddHostedService<RightsCheck>()
            .AddHostedService<TargetWatcher>().AddHostedService<DeploymentReconciler>().AddHostedService<HealthReporter>().AddHostedService<DiagnosticPoller>()
            .AddHostedService<ProbeServer>().AddHostedService<MemoryTrimmer>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        adjust?.Invoke(builder.Services);
        var host = builder.Build();
        // A kubeconfig that cannot be used is one sentence, not a host that failed to start.
        host.Services.GetRequiredService<KubeClient>();
        return host;
    }
}
