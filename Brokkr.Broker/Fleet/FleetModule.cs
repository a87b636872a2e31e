namespace Brokkr.Broker.Fleet;

/// <summary>Wires agents, stacks, deployment objects and targets.</summary>
internal static class FleetModule
{
    public static WebApplicationBuilder AddFleet(this WebApplicationBuilder builder, Staleness staleness, RevisionRetention retention)
    {
        builder.Services.AddSingleton(staleness).AddSingleton<AgentStore>().AddSingleton<SessionStore>().AddSingleton<AgentFactStore>()
            .AddSingleton<TargetStore>().AddSingleton<TargetNumberStore>().AddSingleton<StackStore>().AddSingleton<DeploymentObjectStore>()
            .AddHostedService<NameSweeper>().AddSingleton(retention).AddSingleton<RevisionStore>().AddHostedService<RevisionSweeper>()
            .AddSingleton<DeletedStackStore>().AddHostedService<DeletedStackSweeper>()
            .AddSingleton<SilenceStore>().AddSingleton<AgentChanges>().AddHostedService<SilenceWatcher>();
        return builder;
    }

    public static void MapFleet(this WebApplication app)
    {
        app.MapGrpcService<AgentApi>();
        app.MapGrpcService<StackApi>();
    }
}
