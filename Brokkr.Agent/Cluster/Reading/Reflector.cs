using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;

namespace Brokkr.Agent.Cluster.Reading;

/// <summary>Keeps one kind in one place up to date: a list in pages, then a watch from where the list ended, again and again.</summary>
internal sealed class Reflector<T>(
    KubeClient client, ClusterState state, ServedKind kind, string? ns, string? listAccept, JsonTypeInfo<ObjectList<T>> listJson,
    JsonTypeInfo<T> itemJson,
    TimeProvider clock, ILogger log) where T : KubeObject
{
    private const int PageSize = 500;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Rights are granted by people: asking more often would only be noise in the API server's audit log.</summary>
    private static readonly TimeSpan LongestForbiddenPause = TimeSpan.FromMinutes(2);

    /// <summary>A kind that was read may be away this long before it counts as unreadable.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(60);

    /// <summary>A watch that lasted this long was a good one; one that ends sooner must not become a storm of requests.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the server is asked to keep a watch; shortened by chance, so that the watches of an agent end one by one.
    /// </summary>
    private static readonly TimeSpan LongestWatch = TimeSpan.FromMinutes(10);

    /// <summary>The server ends a watch in time; a connection that died without a word is given up this much later.</summary>
    private static readonly TimeSpan Overtime = TimeSpan.FromSeconds(30);

    private readonly string _path = kind.PathIn(ns);
    private readonly Backoff _backoff = new(FirstPause, LongestPause);
    private string? _version;
    private DateTimeOffset? _lastGood;
    private bool _isUnreadable;

    public string Source => _path;

    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            DateTimeOffset? began = null;
            TimeSpan? longest = null;
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
                longest = IsForbidden(e) ? LongestForbiddenPause : null;
            }

            state.CountWatchEnd();
            if (clock.GetUtcNow() - began >= Settled)
                _backoff.Reset();
            else
                await Task.Delay(_backoff.Next(longest), clock, ct);
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
            using var within = client.Within(KubeClient.ReadTimeout, ct);
            using var response = await client.OpenAsync(query, listAccept, within.Token);
            await RequireAsync(response, within.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(within.Token);
            var page = await JsonSerializer.DeserializeAsync(stream, listJson, within.Token) ?? new();
            foreach (var item in page.Items)
                all.Add(state.Known(Source, Named(item)));
            (next, version) = (page.Metadata.Continue, page.Metadata.ResourceVersion);
        }
        while (!string.IsNullOrEmpty(next));

        state.Replace(Source, kind.Namespaced, all);
        (_version, _lastGood) = (version, clock.GetUtcNow());
        if (_isUnreadable)
            ClusterLog.ReadableAgain(log, Source, all.Count);
        else
            ClusterLog.Listed(log, Source, all.Count);
        _isUnreadable = false;
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        var length = Backoff.Jittered(LongestWatch, 0.5);
        var query = $"{_path}?watch=true&allowWatchBookmarks=true&timeoutSeconds={(int)length.TotalSeconds}"
            + $"&resourceVersion={Uri.EscapeDataString(_version ?? "")}";
        using var within = client.Within(length + Overtime, ct);
        using var response = await client.OpenAsync(query,
            listAccept?.Replace("PartialObjectMetadataList", "PartialObjectMetadata", StringComparison.Ordinal), within.Token);
        await RequireAsync(response, within.Token);
        await using var stream = await response.Content.ReadAsStreamAsync(within.Token);
        try
        {
            await foreach (var (type, item) in WatchEvents.ReadAsync(stream, itemJson, within.Token))
            {
                _version = item.Metadata.ResourceVersion ?? _version;
                if (type is "ADDED" or "MODIFIED")
                    state.Set(Source, Named(item));
                else if (type == "DELETED")
                    state.Remove(Source, item);
            }
        }
        finally
        {
            // A quiet watch was good until it ended.
            _lastGood = clock.GetUtcNow();
        }
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

    private static bool IsForbidden(Exception e) => e is HttpRequestException { StatusCode: HttpStatusCode.Forbidden };

    private void Note(Exception e)
    {
        if (!IsForbidden(e) && clock.GetUtcNow() - _lastGood <= Tolerance)
            return;
        var message = Contracts.Text.TextCleaner.Clean(e.Message, Contracts.Limits.MessageLength);
        var access = e is not HttpRequestException refused ? KindAccess.Unavailable
            : refused.StatusCode == HttpStatusCode.Forbidden ? KindAccess.Forbidden
            : refused.StatusCode == HttpStatusCode.NotFound ? KindAccess.NotServed : KindAccess.Unavailable;
        // With the kind its objects went.
        if (access == KindAccess.NotServed)
            state.Replace(Source, kind.Namespaced, []);
        if (state.Fail(Source, kind.Id, new(access, kind.Namespaced, message)) && !(kind.Optional && access == KindAccess.Forbidden))
            ClusterLog.Unreadable(log, Source, message);
        _isUnreadable = true;
        // What was missed meanwhile is only known after a new list.
        _version = null;
    }
}
