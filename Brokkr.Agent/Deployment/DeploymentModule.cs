namespace Brokkr.Agent.Deployment;

/// <summary>Wires what brings manifests into the cluster.</summary>
internal static class DeploymentModule
{
    public static IServiceCollection AddDeployment(this IServiceCollection services, DeploymentOptions options) => services
        .AddSingleton(options).AddSingleton<ClusterWriter>().AddSingleton<ServedGroups>().AddSingleton<KindLookup>()
        .AddSingleton<InventoryStore>().AddSingleton<Succession>().AddSingleton<DeletionBrake>().AddSingleton<BundleApplier>()
        .AddSingleton<ForeignObjects>().AddSingleton<Pruner>().AddHostedService<DeploymentReconciler>();
}
