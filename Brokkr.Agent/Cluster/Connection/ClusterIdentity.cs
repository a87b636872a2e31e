using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Cluster.Connection;

/// <summary>Finds out which cluster this is. Asks until it is known; what may not be read is empty.</summary>
internal sealed class ClusterIdentity(KubeClient client, TimeProvider clock)
{
    /// <summary>Nobody waits longer for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private volatile string _version = "";
    private volatile string _id = "";

    /// <summary>The version of its Kubernetes as in <c>v1.36.0</c>, and the UID of its namespace <c>kube-system</c>.</summary>
    public async Task<(string Version, string Id)> ReadAsync(CancellationToken ct)
    {
        using var within = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, within.Token);
        if (_version.Length == 0)
            _version = await TextAsync("version", "gitVersion", both.Token);
        if (_id.Length == 0)
            _id = await TextAsync("api/v1/namespaces/kube-system", "metadata.uid", both.Token);
        ct.ThrowIfCancellationRequested();
        return (_version, _id);
    }

    private async Task<string> TextAsync(string path, string field, CancellationToken ct)
    {
        try
        {
            using var answer = await client.ReadJsonAsync(path, null, ct);
            var text = answer?.RootElement.At(field).Select(JsonPaths.TextOf).FirstOrDefault() ?? "";
            return text.Length <= Contracts.Limits.VersionLength ? text : "";
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or OperationCanceledException or IOException or JsonException)
        {
            return "";
        }
    }
}
