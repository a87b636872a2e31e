namespace Brokkr.Agent.Targets;

/// <summary>Wires what the agent looks after.</summary>
internal static class TargetsModule
{
    public static IServiceCollection AddTargets(this IServiceCollection services, bool applies) => services
        .AddSingleton<TargetState>().AddSingleton(s => new Refusals(applies, s.GetRequiredService<TimeProvider>()))
        .AddHostedService<TargetWatcher>();
}
