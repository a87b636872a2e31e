using System.Text.Json.Nodes;

namespace Brokkr.DemoCluster.Demo;

/// <summary>Calls the broker's REST API as an operator does.</summary>
internal sealed class BrokerClient(Uri address, string pak) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, DefaultRequestHeaders = { Authorization = new("Bearer", pak) } };

    public void Dispose() => _http.Dispose();

    public Task<JsonNode> GetAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Get, path, null, ct);

    public Task<JsonNode> PostAsync(string path, JsonNode? body, CancellationToken ct) => SendAsync(HttpMethod.Post, path, body, ct);

    public Task<JsonNode> DeleteAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Delete, path, null, ct);

    /// <summary>Every row of a paged list.</summary>
    public async Task<List<JsonNode>> ListAsync(string path, string field, CancellationToken ct)
    {
        var (rows, token) = (new List<JsonNode>(), "");
        do
        {
            var page = await GetAsync($"{path}?page_size=500&page_token={token}", ct);
            rows.AddRange(page[field]!.AsArray().Select(r => r!));
            token = page["next_page_token"]!.GetValue<string>();
        }
        while (token.Length > 0);

        return rows;
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _http.SendAsync(request, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new DemoException($"The broker answered {(int)response.StatusCode} to {method} {path}: {text}");
    }
}
