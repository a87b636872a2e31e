namespace Brokkr.Agent.Health;

/// <summary>Wires what judges and reports.</summary>
internal static class HealthModule
{
    public static IServiceCollection AddHealth(this IServiceCollection services, HealthOptions options) => services
        .AddSingleton(options).AddSingleton(s => new HealthEvaluator(options, s.GetRequiredService<ILogger<HealthEvaluator>>()))
        .AddSingleton<ReportSession>().AddHostedService<HealthReporter>();
}
