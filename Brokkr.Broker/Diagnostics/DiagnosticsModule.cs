namespace Brokkr.Broker.Diagnostics;

/// <summary>Wires diagnostic requests, the polls that wait for them, and their clean-up.</summary>
internal static class DiagnosticsModule
{
    public static WebApplicationBuilder AddDiagnostics(this WebApplicationBuilder builder, DiagnosticOptions options)
    {
        builder.Services.AddSingleton(options).AddSingleton<DiagnosticStore>().AddSingleton<ClaimStore>().AddSingleton<HeldPolls>()
            .AddSingleton<DiagnosticDispatcher>().AddSingleton<DiagnosticWatch>();
        builder.Services.AddHostedService<DiagnosticSweeper>()
            .AddHostedService(services => services.GetRequiredService<DiagnosticDispatcher>())
            .AddHostedService(services => services.GetRequiredService<DiagnosticWatch>());
        return builder;
    }

    public static void MapDiagnostics(this WebApplication app) => app.MapGrpcService<DiagnosticsApi>();
}
