using Brokkr.Contracts;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Brokkr.Broker.Telemetry;

/// <summary>Wires logs, metrics and traces.</summary>
internal static class TelemetryModule
{
    /// <summary>The meter of everything that the broker itself counts.</summary>
    public const string MeterName = "Brokkr.Broker";

    private static readonly string[] Meters =
    [
        MeterName, "Npgsql", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.RateLimiting",
    ];

    /// <summary>What figures of the database are told apart by: not by where it is, which is nobody's concern who scrapes.</summary>
    private static readonly MetricStreamConfiguration OfDatabase = new()
    {
        TagKeys = ["db.client.connection.pool.name", "db.client.connection.state", "db.response.status_code", "error.type"],
    };

    /// <param name="builder">The application.</param>
    /// <param name="options">The settings.</param>
    /// <param name="isTraced">Whether a call is traced; probes and scrapes are not worth it.</param>
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder, TelemetryOptions options,
        Func<HttpContext, bool> isTraced)
    {
        builder.Logging.AddOutput(options);
        builder.Services.AddSingleton<CleanupMetrics>();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("brokkr-broker", serviceVersion: ProgramVersion.Current))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters).AddView(i => i.Meter.Name == "Npgsql" ? OfDatabase : null).AddPrometheusExporter();
                if (options.OtlpEndpoint.Length > 0)
                    metrics.AddOtlpExporter(otlp => otlp.Endpoint = new(options.OtlpEndpoint));
            });
        if (options.OtlpEndpoint.Length > 0)
        {
            telemetry.WithTracing(traces => traces.AddAspNetCoreInstrumentation(aspNet => aspNet.Filter = isTraced)
                .AddNpgsql().AddOtlpExporter(otlp => otlp.Endpoint = new(options.OtlpEndpoint)));
        }

        return builder;
    }

    /// <summary>Maps /metrics; who may ask for it, and on which port, is for the caller to say.</summary>
    public static IEndpointConventionBuilder MapTelemetry(this WebApplication app) => app.MapPrometheusScrapingEndpoint().AllowAnonymous();
}
