using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Brokkr.Agent.Cluster;

/// <summary>Keeps one kind in one place up to date: a list in pages, then a watch from where the list ended, again and again.</summary>
internal sealed class Reflector<T>(
    KubeClient client, ClusterState state, ServedKind kind, string? ns, string? listAccept, JsonTypeInfo<ObjectList<T>> listJson, JsonTypeInfo<T> itemJson,
    TimeProvider clock, ILogger log) where T : KubeObject
{
    private const int PageSize = 500;
    private const int WatchSeconds = 300;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A kind that was read may be away this long before it counts as unreadable.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(60);

    /// <summary>A watch that lasted this long was a good one; one that ends sooner must not become a storm of requests.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    /// <summary>The server ends a watch before this; a connection that died without a word is given up then.</summary>
    private static readonly TimeSpan LongestWatch = TimeSpan.FromSeconds(WatchSeconds + 30);

    private readonly string _path = kind.PathIn(ns);
    private string? _version;
    private DateTimeOffset? _lastGood;

    public string Source => _path;

    public async Task RunAsync(CancellationToken ct)
    {
        var pause = FirstPause;
        while (!ct.IsCancellationRequested)
        {
            DateTimeOffset? began = null;
            try
            {
                if (_version is null)
                    await ListAsync(ct);
                began = clock.GetUtcNow();
                await WatchAsync(ct);
            }
            catch (ExpiredException)
            {
                _version = null;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                Note(e);
            }

            if (clock.GetUtcNow() - began >= Settled)
            {
                pause = FirstPause;
                continue;
            }

            // The pause is between half and all of its length, so that many reflectors do not come back at once.
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), clock, ct);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task ListAsync(CancellationToken ct)
    {
        var all = new List<T>();
        string? next = null;
        string? version;
        do
        {
            var query = $"{_path}?limit={PageSize}{(next is null ? "" : $"&continue={Uri.EscapeDataString(next)}")}";
            using var patience = client.Patience(KubeClient.ReadTimeout, ct);
            using var response = await client.OpenAsync(query, listAccept, patience.Token);
            await RequireAsync(response, patience.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(patience.Token);
            var page = await JsonSerializer.DeserializeAsync(stream, listJson, patience.Token) ?? new();
            foreach (var item in page.Items)
                all.Add(Named(item));
            (next, version) = (page.Metadata.Continue, page.Metadata.ResourceVersion);
        }
        while (!string.IsNullOrEmpty(next));

        state.Replace(Source, kind.Id, kind.Namespaced, all);
        (_version, _lastGood) = (version, clock.GetUtcNow());
        ClusterLog.Listed(log, Source, all.Count);
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        var query = $"{_path}?watch=true&allowWatchBookmarks=true&timeoutSeconds={WatchSeconds}&resourceVersion={Uri.EscapeDataString(_version ?? "")}";
        using var patience = client.Patience(LongestWatch, ct);
        using var response = await client.OpenAsync(query, listAccept?.Replace("PartialObjectMetadataList", "PartialObjectMetadata", StringComparison.Ordinal), patience.Token);
        await RequireAsync(response, patience.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Length == 0)
                continue;
            var (type, item) = Read(line);
            _lastGood = clock.GetUtcNow();
            _version = item.Metadata.ResourceVersion ?? _version;
            switch (type)
            {
                case "ADDED" or "MODIFIED":
                    state.Set(Source, Named(item));
                    break;
                case "DELETED":
                    state.Remove(Source, item);
                    break;
                default:
                    break;
            }
        }
    }

    private (string Type, T Item) Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        var (type, item) = (json.RootElement.GetProperty("type").GetString() ?? "", json.RootElement.GetProperty("object"));
        if (type == "ERROR")
        {
            throw item.TryGetProperty("code", out var code) && code.GetInt32() == (int)HttpStatusCode.Gone
                ? new ExpiredException()
                : new IOException("the API server ended the watch with an error");
        }

        return (type, item.Deserialize(itemJson) ?? throw new JsonException("a watch event without an object"));
    }

    private T Named(T item)
    {
        (item.Kind, item.ApiVersion) = (kind.Kind, kind.ApiVersion);
        return item;
    }

    private static async Task RequireAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.StatusCode == HttpStatusCode.Gone)
            throw new ExpiredException();
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException(await KubeClient.ReasonAsync(response, ct), null, response.StatusCode);
    }

    private void Note(Exception e)
    {
        var isForbidden = e is HttpRequestException { StatusCode: HttpStatusCode.Forbidden };
        if (!isForbidden && clock.GetUtcNow() - _lastGood <= Tolerance)
            return;
        var message = Contracts.Text.TextCleaner.Clean(e.Message, Contracts.Limits.MessageLength);
        if (!(isForbidden && kind.Optional))
            ClusterLog.Unreadable(log, Source, message);
        state.Fail(Source, kind.Id, new(isForbidden ? KindAccess.Forbidden : KindAccess.Unavailable, kind.Namespaced, message));
        // What was missed meanwhile is only known after a new list.
        _version = null;
    }
}

/// <summary>The version to watch or to continue from is too old: list again.</summary>
internal sealed class ExpiredException() : Exception("The API server does not remember the version any more.");
