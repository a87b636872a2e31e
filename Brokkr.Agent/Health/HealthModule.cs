namespace Brokkr.Agent.Health;

/// <summary>Wires what judges and reports.</summary>
internal static class HealthModule
{
    public static IServiceCollection AddHealth(this IServiceCollection services, HealthOptions options) => services
        .AddSingleton(options).AddSingleton(new HealthEvaluator(options)).AddSingleton<ReportSession>().AddHostedService<HealthReporter>();
}
