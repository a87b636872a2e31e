namespace Brokkr.Broker.Diagnostics;

/// <summary>Wires diagnostic requests and their clean-up.</summary>
internal static class DiagnosticsModule
{
    public static WebApplicationBuilder AddDiagnostics(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DiagnosticStore>().AddHostedService<DiagnosticSweeper>();
        return builder;
    }

    public static void MapDiagnostics(this WebApplication app) => app.MapGrpcService<DiagnosticsApi>();
}
