namespace Brokkr.Agent.Diagnostics;

/// <summary>Wires what answers diagnostic requests.</summary>
internal static class DiagnosticsModule
{
    public static IServiceCollection AddDiagnostics(this IServiceCollection services, DiagnosticOptions options) => services
        .AddSingleton(options).AddSingleton<KubeReads>().AddSingleton<DiagnosticCollector>().AddSingleton<DiagnosticResponder>()
        .AddHostedService<DiagnosticPoller>();
}
