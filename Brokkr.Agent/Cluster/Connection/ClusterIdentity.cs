using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Cluster.Connection;

/// <summary>Finds out which cluster this is. What may not be read is empty. Thread-safe.</summary>
internal sealed class ClusterIdentity(KubeClient client, TimeProvider clock)
{
    /// <summary>Nobody waits longer for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What was not known is asked for again after this.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private volatile string _id = "";
    private volatile bool _wasAsked;
    private long _askedAt;

    /// <summary>The version of its Kubernetes as in <c>v1.36.0</c>; it may change while the agent runs.</summary>
    public Task<string> VersionAsync(CancellationToken ct) => TextAsync("version", "gitVersion", ct);

    /// <summary>The UID of its namespace <c>kube-system</c>.</summary>
    public async Task<string> IdAsync(CancellationToken ct)
    {
        if (_id.Length > 0 || (_wasAsked && clock.GetElapsedTime(Volatile.Read(ref _askedAt)) < Again))
            return _id;
        var id = await TextAsync("api/v1/namespaces/kube-system", "metadata.uid", ct);
        Volatile.Write(ref _askedAt, clock.GetTimestamp());
        _wasAsked = true;
        return _id = id;
    }

    private async Task<string> TextAsync(string path, string field, CancellationToken ct)
    {
        using var within = client.Within(Patience, ct);
        try
        {
            using var answer = await client.ReadJsonAsync(path, null, within.Token);
            var text = answer?.RootElement.At(field).Select(JsonPaths.TextOf).FirstOrDefault() ?? "";
            return text.Length <= Contracts.Limits.VersionLength ? text : "";
        }
        catch (Exception e) when (
            e is HttpRequestException or TimeoutException or OperationCanceledException or IOException or JsonException)
        {
            ct.ThrowIfCancellationRequested();
            return "";
        }
    }
}
