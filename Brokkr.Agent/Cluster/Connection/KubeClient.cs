using System.Net;
using System.Text;
using System.Text.Json;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Agent.Cluster.Connection;

/// <summary>Asks the API server, and writes to it: answers are streamed. Credentials that are refused are read anew once.</summary>
internal sealed class KubeClient : IDisposable
{
    private static readonly TimeSpan ExchangeTime = TimeSpan.FromSeconds(30);

    /// <summary>Credentials that were read this short a time ago are not read again.</summary>
    private static readonly TimeSpan ReloadPause = TimeSpan.FromSeconds(5);

    private readonly ClusterOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private volatile KubeConnection _connection;
    private long _loadedAt;

    public KubeClient(ClusterOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _connection = KubeConfiguration.Open(options);
        _loadedAt = clock.GetTimestamp();
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>Where the agent keeps what is its own: the first of the namespaces it watches, or the one of its credentials.</summary>
    public string HomeNamespace => _options.Namespaces is [var first, ..] ? first : _connection.Namespace ?? "default";

    /// <summary>A limit for what lasts longer than an exchange.</summary>
    public TimeLimit Within(TimeSpan limit, CancellationToken ct) => new(limit, _clock, ct);

    /// <summary>Makes a whole exchange, head and body, within the time that every one has.</summary>
    /// <exception cref="TimeoutException">It did not end by then.</exception>
    public async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> exchange, CancellationToken ct)
    {
        using var within = Within(ExchangeTime, ct);
        try
        {
            return await exchange(within.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException("The API server does not answer.");
        }
    }

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
        try
        {
            var answer = await SendAsync(connection, method, path, accept, body, ct);
            if (answer.StatusCode != HttpStatusCode.Unauthorized || !TryReload(connection))
                return answer;
            answer.Dispose();
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError && TryReload(connection))
        {
            // Of a server whose CA was replaced, the new one is where the old one was.
        }

        return await SendAsync(_connection, method, path, accept, body, ct);
    }

    private async Task<HttpResponseMessage> SendAsync(KubeConnection connection, HttpMethod method, string path, string? accept, Body? body,
        CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Accept.ParseAdd(accept ?? "application/json");
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.Text)) { Headers = { ContentType = new(body.Type) } };
        return await InTimeAsync(within => connection.SendAsync(request, within), ct);
    }

    /// <summary>
    /// Reads the configuration anew after its credentials, or the server's, were refused: tokens and certificates are replaced in their
    /// files.
    /// </summary>
    private bool TryReload(KubeConnection refused)
    {
        lock (_gate)
        {
            if (_connection != refused)
                return true;
            if (_clock.GetElapsedTime(_loadedAt) < ReloadPause)
                return false;
            _loadedAt = _clock.GetTimestamp();
            try
            {
                // The former connection stays open for the answers that are still read from it.
                _connection = KubeConfiguration.Open(_options);
                return true;
            }
            catch (ConfigurationException)
            {
                // It may be half written; the next refusal looks again.
                return false;
            }
        }
    }

    /// <summary>Reads a JSON document; null where nothing of the kind is there, or can be listed at all.</summary>
    /// <exception cref="HttpRequestException">The API server refuses, in its own words.</exception>
    /// <exception cref="TimeoutException">It does not answer in time.</exception>
    public Task<JsonDocument?> ReadJsonAsync(string path, string? accept, CancellationToken ct) => InTimeAsync(async within =>
    {
        using var response = await OpenAsync(path, accept, within);
        return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
            ? null
            : await DocumentOfAsync(response, within);
    }, ct);

    /// <summary>Sends a JSON document and reads the one that it is answered with.</summary>
    /// <exception cref="HttpRequestException">The API server refuses, in its own words.</exception>
    /// <exception cref="TimeoutException">It does not answer in time.</exception>
    public Task<JsonDocument> AskAsync(string path, string json, CancellationToken ct) => InTimeAsync(async within =>
    {
        using var response = await PostAsync(path, json, within);
        return await DocumentOfAsync(response, within);
    }, ct);

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

    private static async Task<JsonDocument> DocumentOfAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (!response.IsSuccessStatusCode)
            throw await ApiRefusal.OfAsync(response, ct);
        return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(ct), cancellationToken: ct);
    }

    private sealed record Body(string Type, string Text);
}
