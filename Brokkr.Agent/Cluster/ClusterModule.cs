using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Snapshot;

namespace Brokkr.Agent.Cluster;

/// <summary>Wires the way to the cluster, and what is known of it.</summary>
internal static class ClusterModule
{
    public static IServiceCollection AddCluster(this IServiceCollection services, ClusterOptions options) =>
        services.AddSingleton(options).AddSingleton<KubeClient>().AddSingleton<ServedKinds>().AddSingleton<ClusterIdentity>()
            .AddSingleton<ClusterState>();
}
