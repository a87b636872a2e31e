using Brokkr.Broker.Rest;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Brokkr.Broker.Operations;

/// <summary>Wires certificates, probes and reflection.</summary>
internal static class OperationsModule
{
    public static WebApplicationBuilder AddOperations(this WebApplicationBuilder builder, TlsOptions tls)
    {
        if (tls.Enabled)
            builder.Services.AddSingleton(tls).AddSingleton<ServerCertificate>().AddHostedService<CertificateWatcher>();
        builder.Services.AddSingleton(services => Reflection.Of(services.GetRequiredService<EndpointDataSource>())).AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks().AddCheck<DatabaseCheck>("database").AddCheck<StoppingCheck>("stopping");
        builder.Services.AddSingleton<StoppingCheck>();
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
        app.MapHealthChecks("/healthz", new() { Predicate = _ => false, ResponseWriter = ProbeAnswer.WriteAsync })
            .AllowAnonymous().OnManagementPortToo();
        app.MapHealthChecks("/readyz", new() { ResponseWriter = ProbeAnswer.WriteAsync }).AllowAnonymous().OnManagementPortToo();
    }
}
