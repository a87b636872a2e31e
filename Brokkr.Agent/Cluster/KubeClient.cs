using System.Net;
using System.Text.Json;
using k8s;

namespace Brokkr.Agent.Cluster;

/// <summary>Reads the API server: configuration and authentication are the Kubernetes client's, the bytes are streamed.</summary>
internal sealed class KubeClient : IDisposable
{
    public static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    private readonly Kubernetes _kubernetes;
    private readonly TimeProvider _clock;

    public KubeClient(AgentOptions options, TimeProvider clock)
    {
        _clock = clock;
        var configuration = options.Kubeconfig.Length > 0
            ? KubernetesClientConfiguration.BuildConfigFromConfigFile(options.Kubeconfig)
            : KubernetesClientConfiguration.BuildDefaultConfig();
        _kubernetes = new(configuration);
        // Each read has a limit of its own, and a watch has none.
        _kubernetes.HttpClient.Timeout = Timeout.InfiniteTimeSpan;
    }

    public void Dispose() => _kubernetes.Dispose();

    /// <summary>A limit for a whole exchange, head and body.</summary>
    public Limit Patience(TimeSpan limit, CancellationToken ct) => new(limit, _clock, ct);

    /// <summary>Opens an answer; the caller disposes it. Only the head is awaited.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, string? accept, CancellationToken ct)
    {
        using var both = Patience(ReadTimeout, ct);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_kubernetes.BaseUri, path));
        request.Headers.Accept.ParseAdd(accept ?? "application/json");
        if (_kubernetes.Credentials is { } credentials)
            await credentials.ProcessHttpRequestAsync(request, both.Token);
        try
        {
            return await _kubernetes.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException("The API server does not answer.");
        }
    }

    /// <summary>What the API server says in the Status object of a refusal.</summary>
    public static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var body = await response.Content.ReadAsStringAsync(ct);
        try
        {
            using var status = JsonDocument.Parse(body);
            if (status.RootElement.ValueKind == JsonValueKind.Object && status.RootElement.TryGetProperty("message", out var message))
                return message.GetString() ?? "";
        }
        catch (JsonException)
        {
            // A proxy answers what it likes.
        }

        return $"HTTP {(int)response.StatusCode}";
    }

    /// <summary>Reads the tail of a container's log; a refusal is a value.</summary>
    public async Task<LogAnswer> ReadLogAsync(
        string ns, string pod, string container, bool previous, int tailLines, int limitBytes, CancellationToken ct)
    {
        var path = $"api/v1/namespaces/{Uri.EscapeDataString(ns)}/pods/{Uri.EscapeDataString(pod)}/log?container={Uri.EscapeDataString(container)}"
            + $"&tailLines={tailLines}&limitBytes={limitBytes}{(previous ? "&previous=true" : "")}";
        using var both = Patience(ReadTimeout, ct);
        try
        {
            using var response = await OpenAsync(path, "*/*", both.Token);
            if (!response.IsSuccessStatusCode)
                return LogAnswer.Refused(OutcomeOf(response.StatusCode), await ReasonAsync(response, both.Token));
            var bytes = await response.Content.ReadAsByteArrayAsync(both.Token);
            return bytes.AsSpan().StartsWith("unable to retrieve container logs"u8)
                ? LogAnswer.Refused("unavailable", "the node does not have the log any more")
                : new(bytes, "ok", "");
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return LogAnswer.Refused("timed_out", "the API server did not answer in time");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return LogAnswer.Refused("failed", "the connection to the API server broke");
        }
    }

    private static string OutcomeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => "forbidden",
        HttpStatusCode.NotFound => "not_found",
        HttpStatusCode.BadRequest => "unavailable",
        _ => "failed",
    };
}

/// <summary>A log, or why there is none.</summary>
/// <param name="Bytes">The raw bytes; empty where there is none.</param>
/// <param name="Outcome"><c>ok</c>, <c>forbidden</c>, <c>not_found</c>, <c>timed_out</c>, <c>unavailable</c> or <c>failed</c>.</param>
/// <param name="Message">What the API server said; not cleaned.</param>
internal sealed record LogAnswer(byte[] Bytes, string Outcome, string Message)
{
    public static LogAnswer Refused(string outcome, string message) => new([], outcome, message);
}

/// <summary>A token that is cancelled by the caller or after a time, whichever is first.</summary>
internal sealed class Limit : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _both;

    public Limit(TimeSpan limit, TimeProvider clock, CancellationToken ct)
    {
        _timer = new(limit, clock);
        _both = CancellationTokenSource.CreateLinkedTokenSource(ct, _timer.Token);
    }

    public CancellationToken Token => _both.Token;

    public void Dispose()
    {
        _both.Dispose();
        _timer.Dispose();
    }
}
