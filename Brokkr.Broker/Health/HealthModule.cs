namespace Brokkr.Broker.Health;

/// <summary>Wires health reports, reads, history and the figures of the fleet.</summary>
internal static class HealthModule
{
    public static WebApplicationBuilder AddHealth(this WebApplicationBuilder builder, HealthOptions options)
    {
        builder.Services.AddSingleton(options).AddSingleton<ReportStore>().AddSingleton<ReportQueue>()
            .AddSingleton<HealthStore>().AddSingleton<FleetHealthStore>().AddSingleton<GroupStore>()
            .AddSingleton<ChangeStore>().AddSingleton<HistoryStore>().AddSingleton<ObjectHistoryStore>().AddSingleton<ReportMetrics>()
            .AddHostedService<HistorySweeper>();
        builder.Services.AddSingleton<FleetStore>().AddSingleton<FleetMetrics>().AddHostedService<FleetSampler>();
        return builder;
    }

    public static void MapHealth(this WebApplication app) => app.MapGrpcService<HealthApi>();
}
