namespace Brokkr.Broker.Health;

/// <summary>Wires health reports and reads.</summary>
internal static class HealthModule
{
    public static WebApplicationBuilder AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HealthStore>();
        return builder;
    }

    public static void MapHealth(this WebApplication app) => app.MapGrpcService<HealthApi>();
}
