using System.Net;
using Brokkr.Contracts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Brokkr.Broker.Operations;

/// <summary>Wires ports, logs, probes and reflection.</summary>
internal static class OperationsModule
{
    public static WebApplicationBuilder AddOperations(this WebApplicationBuilder builder, BrokerOptions options)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // A little more than a message may have, so that gRPC itself refuses what is too large.
            kestrel.Limits.MaxRequestBodySize = Limits.RequestBytes;
            var address = options.AllowCleartext ? IPAddress.Any : IPAddress.Loopback;
            kestrel.Listen(address, options.HttpPort, l => l.Protocols = HttpProtocols.Http1);
            kestrel.Listen(address, options.GrpcPort, l => l.Protocols = HttpProtocols.Http2);
            kestrel.Listen(address, options.ManagementPort, l => l.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRouting();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true)
            .AddFilter("Microsoft", LogLevel.Warning)
            // A start that fails is one sentence on standard error, not its stack.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical)
            .AddFilter("Grpc", LogLevel.None)
            // Every refused call would be a line, and nothing of data protection is used.
            .AddFilter(typeof(Auth.PakAuthentication).FullName, LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
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
        app.MapHealthChecks("/healthz", new() { Predicate = _ => false, ResponseWriter = ProbeAnswer.WriteAsync }).AllowAnonymous();
        app.MapHealthChecks("/readyz", new() { ResponseWriter = ProbeAnswer.WriteAsync }).AllowAnonymous();
    }
}
