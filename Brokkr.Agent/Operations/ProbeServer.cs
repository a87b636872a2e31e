using System.Net.Sockets;
using System.Text.Json;

namespace Brokkr.Agent.Operations;

/// <summary>Answers probes and scrapers on <c>agent.health_port</c>, on all addresses, IPv4 and IPv6, and without a key.</summary>
internal sealed class ProbeServer(AgentReadiness readiness, AgentMetrics metrics, ProbeOptions options, ILogger<ProbeServer> log)
    : BackgroundService
{
    /// <summary>Probes and scrapers are few; whoever opens more than this waits.</summary>
    private const int MostConnections = 64;

    /// <summary>How long a caller may take for all of it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _free = new(MostConnections);

    public override void Dispose()
    {
        _free.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.HealthPort == 0)
            return;
        using var listener = TcpListener.Create(options.HealthPort);
        try
        {
            listener.Start();
        }
        catch (SocketException e)
        {
            // A port that is taken costs the probes, not the agent: it works on, and says so.
            OperationsLog.PortTaken(log, options.HealthPort, e.Message);
            return;
        }

        OperationsLog.Serving(log, options.HealthPort);
        while (!stoppingToken.IsCancellationRequested)
        {
            await _free.WaitAsync(stoppingToken);
            _ = ServeAsync(await AcceptAsync(listener, stoppingToken), stoppingToken);
        }
    }

    private static async Task<Socket> AcceptAsync(TcpListener listener, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                return await listener.AcceptSocketAsync(stoppingToken);
            }
            catch (SocketException)
            {
                // Without a free descriptor nobody can be taken; probes are asked again.
                await Task.Delay(Pause, stoppingToken);
            }
        }
    }

    /// <summary>One request on a connection. Whoever says nothing, too much or nonsense is left, and costs nobody else.</summary>
    private async Task ServeAsync(Socket socket, CancellationToken stoppingToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            limit.CancelAfter(Patience);
            await using var caller = new NetworkStream(socket, ownsSocket: true);
            if (await ProbeRequest.ReadAsync(caller, limit.Token) is { } request)
                await (await AnswerAsync(request, limit.Token)).WriteAsync(caller, request.IsHead, limit.Token);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The caller is gone, or the agent about to be.
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task<ProbeResponse> AnswerAsync(ProbeRequest request, CancellationToken ct) => request switch
    {
        { Method: not ("GET" or "HEAD") } => Of(405, new("not_allowed", ["only GET is answered"])),
        { Path: "/metrics" } => await MetricsAsync(ct),
        { Path: "/healthz" } => Of(readiness.NotLiving()),
        { Path: "/readyz" } => Of(readiness.NotReady()),
        _ => Of(404, new("not_found", ["there are /healthz, /readyz and /metrics"])),
    };

    private static ProbeResponse Of(IReadOnlyList<string> reasons) =>
        Of(reasons.Count == 0 ? 200 : 503, new(reasons.Count == 0 ? "ok" : "unavailable", reasons));

    private static ProbeResponse Of(int status, ProbeAnswer answer) =>
        new(status, "application/json", JsonSerializer.SerializeToUtf8Bytes(answer, ProbeJson.Default.ProbeAnswer));

    private async Task<ProbeResponse> MetricsAsync(CancellationToken ct)
    {
        using var page = new MemoryStream();
        await metrics.WriteAsync(page, ct);
        return new(200, "text/plain; version=0.0.4; charset=utf-8", page.ToArray());
    }
}
