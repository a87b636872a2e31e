namespace Brokkr.Agent.Operations;

/// <summary>Wires what tells of the agent itself.</summary>
internal static class OperationsModule
{
    public static IServiceCollection AddOperations(this IServiceCollection services, ProbeOptions options, AgentPurpose purpose,
        TimeSpan reportInterval) =>
        services
        .AddSingleton(options).AddSingleton(purpose).AddSingleton<AgentMetrics>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<AgentReadiness>(s, reportInterval))
        .AddHostedService<ProbeServer>().AddHostedService<MemoryTrimmer>().AddHostedService<Lifecycle>();
}
