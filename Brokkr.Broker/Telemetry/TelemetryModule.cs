using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Brokkr.Broker.Telemetry;

/// <summary>Wires logs, metrics and traces.</summary>
internal static class TelemetryModule
{
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder, TelemetryOptions options)
    {
        if (options.LogFormat == "json")
        {
            builder.Logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        }
        else
        {
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        }

        builder.Services.AddSingleton<BrokerMetrics>().AddSingleton<FleetStore>().AddHostedService<FleetSampler>();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("brokkr-broker", serviceVersion: BrokerApp.Version))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(BrokerMetrics.MeterName, "Npgsql", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting")
                    .AddPrometheusExporter();
                if (options.OtlpEndpoint.Length > 0)
                    metrics.AddOtlpExporter(otlp => otlp.Endpoint = new(options.OtlpEndpoint));
            });
        if (options.OtlpEndpoint.Length > 0)
        {
            telemetry.WithTracing(traces => traces.AddAspNetCoreInstrumentation(aspNet => aspNet.Filter = context => !Operations.ManagementPort.Is(context))
                .AddNpgsql().AddOtlpExporter(otlp => otlp.Endpoint = new(options.OtlpEndpoint)));
        }

        return builder;
    }

    public static void MapTelemetry(this WebApplication app) => app.MapPrometheusScrapingEndpoint().AllowAnonymous();
}
