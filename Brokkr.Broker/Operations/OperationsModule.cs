using Brokkr.Broker.Rest;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Brokkr.Broker.Operations;

/// <summary>Wires certificates, logs, probes and reflection.</summary>
internal static class OperationsModule
{
    public static WebApplicationBuilder AddOperations(this WebApplicationBuilder builder, TlsOptions tls)
    {
        if (tls.Enabled)
            builder.Services.AddSingleton(tls).AddSingleton<ServerCertificate>().AddHostedService<CertificateWatcher>();
        builder.Logging
            .AddFilter("Microsoft", LogLevel.Warning)
            // A start that fails is one sentence on standard error, not its stack.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical)
            // Its scope would put the path, which is the caller's text, beside every line.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            .AddFilter("Grpc", LogLevel.None);
        builder.Services.AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks().AddCheck<DatabaseCheck>("database");
        builder.Services.Configure<HealthCheckPublisherOptions>(publisher =>
        {
            publisher.Delay = TimeSpan.Zero;
            publisher.Period = TimeSpan.FromSeconds(5);
        });
        return builder;
    }

    public static void MapOperations(this WebApplication app)
    {
        app.MapGrpcReflectionService();
        app.MapGrpcHealthChecksService().AllowAnonymous();
        app.MapHealthChecks("/healthz", new() { Predicate = _ => false, ResponseWriter = ProbeAnswer.WriteAsync }).AllowAnonymous().OnManagementPortToo();
        app.MapHealthChecks("/readyz", new() { ResponseWriter = ProbeAnswer.WriteAsync }).AllowAnonymous().OnManagementPortToo();
    }
}
