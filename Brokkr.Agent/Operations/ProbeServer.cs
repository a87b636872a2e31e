using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Brokkr.Agent.Operations;

/// <summary>Answers probes and scrapers on <c>agent.health_port</c>, on all addresses and without a key.</summary>
internal sealed class ProbeServer(AgentReadiness readiness, AgentMetrics metrics, AgentOptions options, ILogger<ProbeServer> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.HealthPort == 0)
            return;
        using var listener = Open();
        if (listener is null)
            return;
        await using var stop = stoppingToken.Register(listener.Stop);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _ = AnswerAsync(await listener.GetContextAsync(), stoppingToken);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // Stopped, or a connection that broke before it asked.
            }
        }
    }

    /// <summary>A port that is taken costs the probes, not the agent: it works on, and says so.</summary>
    private HttpListener? Open()
    {
        var listener = new HttpListener();
        listener.Prefixes.Add($"http://*:{options.HealthPort}/");
        try
        {
            listener.Start();
            OperationsLog.Serving(log, options.HealthPort);
            return listener;
        }
        catch (Exception e) when (e is HttpListenerException or SocketException)
        {
            OperationsLog.PortTaken(log, options.HealthPort, e.Message);
            listener.Close();
            return null;
        }
    }

    private async Task AnswerAsync(HttpListenerContext context, CancellationToken ct)
    {
        try
        {
            using var response = context.Response;
            if (context.Request.HttpMethod is not ("GET" or "HEAD"))
                await WriteAsync(response, 405, new("not_allowed", ["only GET is answered"]), ct);
            else if (context.Request.Url?.AbsolutePath == "/metrics")
                await WriteMetricsAsync(response, ct);
            else if (context.Request.Url?.AbsolutePath == "/healthz")
                await WriteAsync(response, readiness.NotLiving(), ct);
            else if (context.Request.Url?.AbsolutePath == "/readyz")
                await WriteAsync(response, readiness.NotReady(), ct);
            else
                await WriteAsync(response, 404, new("not_found", ["there are /healthz, /readyz and /metrics"]), ct);
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // Whoever asked has gone.
        }
    }

    private static Task WriteAsync(HttpListenerResponse response, IReadOnlyList<string> reasons, CancellationToken ct) =>
        WriteAsync(response, reasons.Count == 0 ? 200 : 503, new(reasons.Count == 0 ? "ok" : "unavailable", reasons), ct);

    private static async Task WriteAsync(HttpListenerResponse response, int status, ProbeAnswer answer, CancellationToken ct)
    {
        (response.StatusCode, response.ContentType) = (status, "application/json");
        await response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer, ProbeJson.Default.ProbeAnswer), ct);
    }

    private async Task WriteMetricsAsync(HttpListenerResponse response, CancellationToken ct)
    {
        response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await metrics.WriteAsync(response.OutputStream, ct);
    }
}
