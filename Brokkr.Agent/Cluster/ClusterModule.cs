using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Snapshot;

namespace Brokkr.Agent.Cluster;

/// <summary>Wires the way to the cluster, and what is known of it.</summary>
internal static class ClusterModule
{
    /// <exception cref="Contracts.Configuration.ConfigurationException">A setting cannot be used.</exception>
    public static IServiceCollection AddCluster(this IServiceCollection services, ClusterOptions options)
    {
        options.RequireUsable();
        return services.AddSingleton(options).AddSingleton<KubeClient>().AddSingleton<ServedKinds>().AddSingleton<ClusterState>();
    }
}
