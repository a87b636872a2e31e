using System.Net;
using System.Text;
using System.Text.Json;
using Brokkr.Agent.Diagnostics;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Agent.Cluster.Connection;

/// <summary>Reads the API server: the bytes are streamed.</summary>
internal sealed class KubeClient : IDisposable
{
    public static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    /// <summary>What is read of one log at most; the end of it is kept.</summary>
    private const int LogBytes = 4 * 1024 * 1024;

    /// <summary>So much less is asked for where lines are too long.</summary>
    private const int LessLines = 8;

    private const string LongLines = "older lines were left out, since lines are long";

    /// <summary>Credentials that were read this short a time ago are not read again.</summary>
    private static readonly TimeSpan ReloadPause = TimeSpan.FromSeconds(5);

    private readonly ClusterOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private volatile KubeConnection _connection;
    private DateTimeOffset _loadedAt;

    public KubeClient(ClusterOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _connection = KubeConfiguration.Open(options.Kubeconfig);
        _loadedAt = clock.GetUtcNow();
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>Where the agent keeps what is its own: the first of the namespaces it watches, or the one of its credentials.</summary>
    public string HomeNamespace => _options.Namespaces is [var first, ..] ? first : _connection.Namespace ?? "default";

    /// <summary>A limit for a whole exchange, head and body.</summary>
    public Limit Patience(TimeSpan limit, CancellationToken ct) => new(limit, _clock, ct);

    /// <summary>Opens an answer; the caller disposes it. Only the head is awaited.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path, string? accept, CancellationToken ct) =>
        SendAsync(HttpMethod.Get, path, accept, null, ct);

    /// <summary>Sends a JSON document, and opens the answer as <see cref="OpenAsync"/> does.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string json, CancellationToken ct) =>
        SendAsync(HttpMethod.Post, path, null, new("application/json", json), ct);

    /// <summary>Sends a server-side apply, and opens the answer as <see cref="OpenAsync"/> does. JSON is YAML too.</summary>
    public Task<HttpResponseMessage> ApplyAsync(string path, string json, string accept, CancellationToken ct) =>
        SendAsync(HttpMethod.Patch, path, accept, new("application/apply-patch+yaml", json), ct);

    /// <summary>Deletes an object, and opens the answer as <see cref="OpenAsync"/> does.</summary>
    public Task<HttpResponseMessage> DeleteAsync(string path, string json, CancellationToken ct) =>
        SendAsync(HttpMethod.Delete, path, null, new("application/json", json), ct);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? accept, Body? body, CancellationToken ct)
    {
        var connection = _connection;
        var answer = await SendAsync(connection, method, path, accept, body, ct);
        if (answer.StatusCode != HttpStatusCode.Unauthorized || !TryReload(connection))
            return answer;
        answer.Dispose();
        return await SendAsync(_connection, method, path, accept, body, ct);
    }

    private async Task<HttpResponseMessage> SendAsync(KubeConnection connection, HttpMethod method, string path, string? accept, Body? body,
        CancellationToken ct)
    {
        using var both = Patience(ReadTimeout, ct);
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Accept.ParseAdd(accept ?? "application/json");
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.Text)) { Headers = { ContentType = new(body.Type) } };
        try
        {
            return await connection.SendAsync(request, both.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException("The API server does not answer.");
        }
    }

    /// <summary>
    /// Reads the configuration anew after its credentials were refused: tokens and certificates are replaced in their files.
    /// </summary>
    private bool TryReload(KubeConnection refused)
    {
        lock (_gate)
        {
            if (_connection != refused)
                return true;
            var now = _clock.GetUtcNow();
            if (now - _loadedAt < ReloadPause)
                return false;
            _loadedAt = now;
            try
            {
                // The former connection stays open for the answers that are still read from it.
                _connection = KubeConfiguration.Open(_options.Kubeconfig);
                return true;
            }
            catch (ConfigurationException)
            {
                // It may be half written; the next refusal looks again.
                return false;
            }
        }
    }

    /// <summary>What the API server says in the Status object of a refusal.</summary>
    public static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var body = await response.Content.ReadAsStringAsync(ct);
        try
        {
            using var status = JsonDocument.Parse(body);
            if (MessageOf(status.RootElement) is { Length: > 0 } message)
                return message;
        }
        catch (JsonException)
        {
            // A proxy answers what it likes.
        }

        return $"HTTP {(int)response.StatusCode}";
    }

    /// <summary>The sentence of a Status object; empty where it has none.</summary>
    public static string MessageOf(JsonElement status) =>
        status.ValueKind == JsonValueKind.Object && status.TryGetProperty("message", out var message)
            && message.ValueKind == JsonValueKind.String
            ? message.GetString()!
            : "";

    /// <summary>
    /// Reads the tail of a container's log; a refusal is a value. The newest lines that fit are kept, whole; of a line that alone is too
    /// long, the beginning.
    /// </summary>
    public async Task<ReadAnswer> ReadLogAsync(
        string ns, string pod, string container, bool previous, int tailLines, int keepBytes, CancellationToken ct)
    {
        var path = $"api/v1/namespaces/{Uri.EscapeDataString(ns)}/pods/{Uri.EscapeDataString(pod)}/log"
            + $"?container={Uri.EscapeDataString(container)}"
            + (previous ? "&previous=true" : "");
        // The limit counts from the first of the lines: where it is met, the newest are missing, and fewer lines are asked for.
        for (var lines = tailLines; lines > 0; lines /= LessLines)
        {
            var answer = await ReadAsync($"{path}&tailLines={lines}&limitBytes={LogBytes}", "*/*", ct, keepBytes);
            if (answer.Bytes.AsSpan().StartsWith("unable to retrieve container logs"u8))
                return ReadAnswer.Refused("unavailable", "the node does not have the log any more");
            if (!answer.IsOk
                || (answer.Length < LogBytes && (answer.Length <= keepBytes || answer.Bytes.AsSpan().TrimEnd((byte)'\n').Length > 0)))
                return answer.Length > answer.Bytes.Length || lines < tailLines ? answer with { Message = LongLines } : answer;
        }

        var newest = await ReadAsync($"{path}&tailLines=1&limitBytes={keepBytes}", "*/*", ct);
        return newest.IsOk ? newest with { Message = LongLines } : newest;
    }

    /// <summary>Reads a whole answer; a refusal is a value.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="accept">The media type; JSON where it is null.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="keepBytes">More than so many bytes are not kept: the last lines are.</param>
    public async Task<ReadAnswer> ReadAsync(string path, string? accept, CancellationToken ct, int? keepBytes = null)
    {
        using var both = Patience(ReadTimeout, ct);
        try
        {
            using var response = await OpenAsync(path, accept, both.Token);
            if (response.IsSuccessStatusCode && keepBytes is { } keep)
            {
                var (tail, read) = await TailReader.ReadAsync(await response.Content.ReadAsStreamAsync(both.Token), keep, both.Token);
                return new(tail, "ok", "") { Length = read };
            }

            return response.IsSuccessStatusCode
                ? new(await response.Content.ReadAsByteArrayAsync(both.Token), "ok", "")
                : ReadAnswer.Refused(OutcomeOf(response.StatusCode), await ReasonAsync(response, both.Token));
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return ReadAnswer.Refused("timed_out", "the API server did not answer in time");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return ReadAnswer.Refused("failed", "the connection to the API server broke");
        }
    }

    private static string OutcomeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => "forbidden",
        HttpStatusCode.NotFound => "not_found",
        HttpStatusCode.BadRequest => "unavailable",
        _ => "failed",
    };

    private sealed record Body(string Type, string Text);
}
