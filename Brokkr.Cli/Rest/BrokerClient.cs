using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Brokkr.Contracts;

namespace Brokkr.Cli.Rest;

/// <summary>Calls the broker's REST API. What goes wrong is said in a sentence, with what to do next.</summary>
internal sealed class BrokerClient : IDisposable
{
    /// <summary>The broker holds a call for up to 50 seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(75);

    private readonly HttpClient _http;

    /// <param name="url">Where the broker answers, with whatever path an ingress puts before it.</param>
    /// <param name="pak">The caller's key; null for what needs none.</param>
    /// <param name="trusted">Who signs the broker's certificate; null for whom the machine trusts.</param>
    public BrokerClient(Uri url, string? pak, X509Certificate2Collection? trusted)
    {
        // A redirect would take the key elsewhere.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2) };
        if (trusted is not null)
        {
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new()
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck
                },
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        Url = url;
        _http = new(handler) { BaseAddress = new(url.AbsoluteUri.TrimEnd('/') + "/"), Timeout = Patience };
        _http.DefaultRequestHeaders.UserAgent.Add(new("brokkr", ProgramVersion.Current));
        if (pak is not null)
            _http.DefaultRequestHeaders.Authorization = new("Bearer", pak);
    }

    public Uri Url { get; }

    public void Dispose() => _http.Dispose();

    public Task<JsonObject> GetAsync(Query query, CancellationToken ct) => SendAsync(HttpMethod.Get, $"{query}", null, ct);

    public Task<JsonObject> GetAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Get, path, null, ct);

    public Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken ct) => SendAsync(HttpMethod.Post, path, body, ct);

    public Task<JsonObject> DeleteAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Delete, path, null, ct);

    /// <summary>A list as the broker answers it, its pages put together.</summary>
    /// <param name="query">Makes the query anew for each page.</param>
    /// <param name="field">The field that holds the rows.</param>
    /// <param name="limit">How many rows at most; 0 for all. What was left out shows by <c>next_page_token</c>.</param>
    public async Task<JsonObject> ListAsync(Func<Query> query, string field, int limit, CancellationToken ct)
    {
        var whole = await GetAsync(query().With("page_size", $"{SizeAfter(0)}"), ct);
        var rows = RowsOf(whole, field);
        while (NextPage(whole) is { } token && (limit == 0 || rows.Count < limit))
        {
            var page = await GetAsync(query().With("page_size", $"{SizeAfter(rows.Count)}").With("page_token", token), ct);
            var more = RowsOf(page, field).ToArray();
            RowsOf(page, field).Clear();
            foreach (var row in more)
                rows.Add(row);

            whole["next_page_token"] = NextPage(page) ?? "";
        }

        return whole;

        int SizeAfter(int have) => limit == 0 ? Limits.PageSize : Math.Min(Limits.PageSize, limit - have);
    }

    /// <summary>What asks for the page after an answer; null on the last one.</summary>
    public static string? NextPage(JsonObject answer) =>
        Text(answer["next_page_token"]) is { Length: > 0 } token ? token : null;

    /// <summary>Reads an answer, or a part of one.</summary>
    /// <exception cref="Terminal.CommandException">It is of another form.</exception>
    public static T Read<T>(JsonNode? answer, JsonTypeInfo<T> type)
    {
        try
        {
            return answer.Deserialize(type) ?? throw CallFailures.Unreadable($"there is no {type.Type.Name}");
        }
        catch (JsonException e)
        {
            throw CallFailures.Unreadable(e.Message);
        }
    }

    public static List<T> Read<T>(JsonObject answer, string field, JsonTypeInfo<T> type) =>
        [.. RowsOf(answer, field).Select(row => Read(row, type))];

    private static JsonArray RowsOf(JsonObject answer, string field) =>
        answer[field] as JsonArray ?? throw CallFailures.Unreadable($"it has no {field}");

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path.TrimStart('/'));
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using var response = await _http.SendAsync(request, ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            var answer = AsObject(text);
            // Every answer of a broker has one; what another program says is no success, either.
            var requestId = response.Headers.TryGetValues("x-request-id", out var ids) ? ids.First() : null;
            if (response.IsSuccessStatusCode && answer is not null && requestId is not null)
                return answer;
            throw CallFailures.Of((int)response.StatusCode, response.IsSuccessStatusCode ? null : Text(answer?["error"]),
                Text(answer?["message"]), Url, path, requestId);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException tls)
        {
            throw CallFailures.Untrusted(Url, tls);
        }
        catch (HttpRequestException e)
        {
            throw CallFailures.Unreachable(Url, e);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw CallFailures.Silent(Url, Patience);
        }
    }

    private static JsonObject? AsObject(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
