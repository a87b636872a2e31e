namespace Brokkr.Broker.Health;

/// <summary>Wires health reports, reads and history.</summary>
internal static class HealthModule
{
    public static WebApplicationBuilder AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ReportStore>().AddSingleton<HealthStore>().AddSingleton<HistoryStore>().AddHostedService<HistorySweeper>();
        return builder;
    }

    public static void MapHealth(this WebApplication app) => app.MapGrpcService<HealthApi>();
}
