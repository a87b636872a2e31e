using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Brokkr.Bench.Stage;
using Brokkr.DemoCluster.Demo;

namespace Brokkr.Bench.Agent;

/// <summary>The stand-in API server in a process of its own.</summary>
internal sealed class ClusterProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private ClusterProcess(ChildProcess process, int port, string kubeconfig) =>
        (_process, _http, Kubeconfig) = (process, new() { BaseAddress = new($"http://127.0.0.1:{port}") }, kubeconfig);

    /// <summary>By which an agent finds it.</summary>
    public string Kubeconfig { get; }

    /// <summary>Serves a recording; answers when it does.</summary>
    public static async Task<ClusterProcess> StartAsync(string directory, string recording, CancellationToken ct)
    {
        var (port, kubeconfig) = (FreePort.Next(), Path.Combine(directory, "kubeconfig"));
        string[] command = [Programs.Cluster, "serve", "--objects", recording, "--port", $"{port}", "--kubeconfig", kubeconfig];
        var cluster =
            new ClusterProcess(ChildProcess.Start("cluster", command, directory, new Dictionary<string, string>()), port, kubeconfig);
        var began = TimeProvider.System.GetTimestamp();
        while (!File.Exists(kubeconfig))
        {
            cluster._process.RequireRunning();
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new BenchException($"The stand-in API server does not serve after {Patience.TotalSeconds} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct);
        }

        return cluster;
    }

    public async Task PatchPodStatusAsync(string pod, JsonObject status, CancellationToken ct)
    {
        var body = new JsonObject { ["status"] = status }.ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/namespaces/{ClusterRecording.Namespace}/pods/{pod}/status")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/merge-patch+json"),
        };
        using var answer = await _http.SendAsync(request, ct);
        answer.EnsureSuccessStatusCode();
    }

    public async Task CreateEventAsync(JsonObject made, CancellationToken ct)
    {
        using var answer = await _http.PostAsJsonAsync($"/api/v1/namespaces/{ClusterRecording.Namespace}/events", made, ct);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>How many requests came that only read: changes of pods and events are this program's own.</summary>
    public async Task<int> ReadsAsync(CancellationToken ct)
    {
        var counts = await _http.GetFromJsonAsync<JsonArray>("/demo/requests", ct);
        return counts!.Where(c => c!["verb"]!.GetValue<string>() is not ("patch" or "create")).Sum(c => c!["count"]!.GetValue<int>());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}
