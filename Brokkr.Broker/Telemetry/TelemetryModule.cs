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

    /// <param name="builder">The application.</param>
    /// <param name="options">The settings.</param>
    /// <param name="isTraced">Whether a call is traced; probes and scrapes are not worth it.</param>
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder, TelemetryOptions options,
        Func<HttpContext, bool> isTraced)
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

        builder.Services.AddSingleton<CleanupMetrics>();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("brokkr-broker", serviceVersion: ProgramVersion.Current))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters).AddPrometheusExporter();
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

    public static void MapTelemetry(this WebApplication app) => app.MapPrometheusScrapingEndpoint().AllowAnonymous();
}
