using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Brokkr.Agent.Operations;

/// <summary>Answers probes and scrapers on <c>agent.health_port</c>, on all addresses, IPv4 and IPv6, and without a key.</summary>
internal sealed class ProbeServer(AgentReadiness readiness, AgentMetrics metrics, ProbeOptions options, ILoggerFactory loggers)
    : BackgroundService
{
    /// <summary>Probes and scrapers are few; whoever opens more than this waits.</summary>
    private const int MostConnections = 64;

    private readonly ILogger _log = loggers.CreateLogger<ProbeServer>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.HealthPort == 0)
            return;
        await using var server = Build();
        try
        {
            await server.StartAsync(stoppingToken);
        }
        catch (IOException e)
        {
            // A port that is taken costs the probes, not the agent: it works on, and says so.
            OperationsLog.PortTaken(_log, options.HealthPort, e.Message);
            return;
        }

        OperationsLog.Serving(_log, options.HealthPort);
        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.ListenAnyIP(options.HealthPort);
        });
        var server = builder.Build();
        server.Run(AnswerAsync);
        return server;
    }

    private Task AnswerAsync(HttpContext http) => http.Request switch
    {
        { Method: not ("GET" or "HEAD") } => WriteAsync(http, 405, new("not_allowed", ["only GET is answered"])),
        { Path.Value: "/metrics" } => WriteMetricsAsync(http),
        { Path.Value: "/healthz" } => WriteAsync(http, readiness.NotLiving()),
        { Path.Value: "/readyz" } => WriteAsync(http, readiness.NotReady()),
        _ => WriteAsync(http, 404, new("not_found", ["there are /healthz, /readyz and /metrics"])),
    };

    private static Task WriteAsync(HttpContext http, IReadOnlyList<string> reasons) =>
        WriteAsync(http, reasons.Count == 0 ? 200 : 503, new(reasons.Count == 0 ? "ok" : "unavailable", reasons));

    private static async Task WriteAsync(HttpContext http, int status, ProbeAnswer answer)
    {
        (http.Response.StatusCode, http.Response.ContentType) = (status, "application/json");
        await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, ProbeJson.Default.ProbeAnswer),
            http.RequestAborted);
    }

    private async Task WriteMetricsAsync(HttpContext http)
    {
        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await metrics.WriteAsync(http.Response.Body, http.RequestAborted);
    }
}
