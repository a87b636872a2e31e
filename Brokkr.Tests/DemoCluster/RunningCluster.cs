using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api;
using Brokkr.DemoCluster.Api.Control;
using Brokkr.DemoCluster.Api.Recordings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.DemoCluster;

/// <summary>A running stand-in API server with a client that speaks to it.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningCluster(WebApplication app)
    {
        _app = app;
        var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        };
        Client = new HttpClient(handler) { BaseAddress = new(app.Urls.First()), Timeout = TimeSpan.FromMinutes(5) };
    }

    public HttpClient Client { get; }

    public string Url => _app.Urls.First();

    public DemoClusterFaults Faults => _app.Services.GetRequiredService<DemoClusterFaults>();

    public RequestCounts Requests => _app.Services.GetRequiredService<RequestCounts>();

    public static async Task<RunningCluster> StartAsync(DemoClusterOptions? options = null)
    {
        options ??= new();
        if (options.ObjectsDirectory == DemoClusterOptions.PackagedRecording)
            options.ObjectsDirectory = RepositoryRoot.Fixtures;
        var app = DemoClusterApp.Create(options);
        await app.StartAsync();
        return new(app);
    }

    public static RecordedExchange Recorded(string name) =>
        RecordedExchange.Parse(File.ReadAllBytes(Path.Combine(RepositoryRoot.Fixtures, "recorded", "http", name)));

    public Task StopAsync() => _app.StopAsync();

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Client.GetStringAsync(path))!;

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, string contentType = "application/json",
        string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };
        return await Client.SendAsync(request);
    }

    public async Task<JsonNode> PatchAsync(string path, string body, string contentType = "application/merge-patch+json")
    {
        using var answer = await SendAsync(HttpMethod.Patch, path, body, contentType);
        answer.IsSuccessStatusCode.Should().BeTrue(await answer.Content.ReadAsStringAsync());
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    /// <summary>The lines of a watch as they arrive, until it ends.</summary>
    public async IAsyncEnumerable<JsonNode> WatchAsync(string path)
    {
        using var answer = await Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.Should().Be(System.Net.HttpStatusCode.OK);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        while (await lines.ReadLineAsync() is { } line)
            yield return JsonNode.Parse(line)!;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>One server for the tests of a class that change nothing.</summary>
public sealed class DemoClusterFixture : IAsyncLifetime
{
    internal RunningCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await RunningCluster.StartAsync();

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
