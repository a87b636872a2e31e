namespace Brokkr.Agent.Targets;

/// <summary>Wires what the agent looks after.</summary>
internal static class TargetsModule
{
    public static IServiceCollection AddTargets(this IServiceCollection services) => services
        .AddSingleton<TargetState>().AddSingleton<TargetNews>().AddSingleton<Refusals>().AddHostedService<TargetWatcher>();
}
