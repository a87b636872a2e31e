namespace Brokkr.Agent.Watching;

/// <summary>Wires what keeps the picture of the cluster up to date.</summary>
internal static class WatchingModule
{
    public static IServiceCollection AddWatching(this IServiceCollection services, WatchScope scope) => services
        .AddSingleton(scope).AddSingleton<ClusterWatcher>().AddHostedService(s => s.GetRequiredService<ClusterWatcher>())
        .AddHostedService<RightsCheck>();
}
