using System.Net;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;

namespace Brokkr.Agent.Cluster.Reading;

/// <summary>
/// Keeps one kind in one place up to date: a list in pages, then a watch from where the list ended, again and again. What cannot be
/// watched is listed from time to time.
/// </summary>
internal sealed class Reflector(
    KubeClient client, ClusterState state, WatchedKind watched, ItemReader items, TimeProvider clock, ILogger log)
{
    private const int PageSize = 500;

    /// <summary>A list whose pages expire this often before its end is asked for as a whole.</summary>
    private const int MostBrokenLists = 2;

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

    /// <summary>The server ends a watch in time; one that it forgot is given up this much later.</summary>
    private static readonly TimeSpan Overtime = TimeSpan.FromSeconds(30);

    /// <summary>Servers send a bookmark about every minute: a watch that says nothing for so long may be a dead connection.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(3);

    /// <summary>How often a kind is listed whose changes cannot be watched.</summary>
    private static readonly TimeSpan SlowList = TimeSpan.FromMinutes(2);

    private readonly ServedKind _kind = watched.Kind;
    private readonly Backoff _backoff = new(FirstPause, LongestPause);
    private string? _version;
    private long? _lastGood;
    private int _brokenLists;
    private bool _isUnreadable;

    public string Source { get; } = watched.Kind.PathIn(watched.Namespace);

    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            long? began = null;
            Exception? failure = null;
            try
            {
                if (_version is null)
                    await ListAsync(ct);
                began = clock.GetTimestamp();
                if (_kind.CanWatch)
                    await WatchAsync(ct);
                else
                    await WaitToListAsync(ct);
            }
            catch (ExpiredException)
            {
                _version = null;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                failure = e;
                Note(e);
                if (IsGone(e))
                    watched.Gone?.Invoke();
            }

            state.CountWatchEnd();
            if (began is { } since && clock.GetElapsedTime(since) >= Settled)
                _backoff.Reset();
            else
                await PauseAsync(failure, ct);
        }
    }

    private TimeSpan SinceGood => _lastGood is { } good ? clock.GetElapsedTime(good) : TimeSpan.MaxValue;

    /// <summary>The moment at which a kind begins to count as unreadable is not slept through.</summary>
    private async Task PauseAsync(Exception? failure, CancellationToken ct)
    {
        var asked = (failure as ApiRefusal)?.RetryAfter;
        var pause = _backoff.Next(failure is not null && IsForbidden(failure) ? LongestForbiddenPause : null, asked);
        if (failure is not null && Tolerance - SinceGood is var left && left > TimeSpan.Zero && left < pause)
        {
            await Task.Delay(left, clock, ct);
            if (asked is null)
                return;
            Note(failure);
            pause -= left;
        }

        await Task.Delay(pause, clock, ct);
    }

    private async Task ListAsync(CancellationToken ct)
    {
        var all = new List<KubeObject>();
        var limit = _brokenLists < MostBrokenLists ? $"limit={PageSize}" : "";
        string? next = null;
        string? version;
        do
        {
            var query = $"{Source}?{limit}{(next is null ? "" : $"&continue={Uri.EscapeDataString(next)}")}";
            var isContinued = next is not null;
            var page = await client.InTimeAsync(within => ReadPageAsync(query, isContinued, all, within), ct);
            (next, version) = (page.Continue, page.ResourceVersion);
        }
        while (!string.IsNullOrEmpty(next));

        state.Replace(Source, _kind.Namespaced, all);
        (_version, _lastGood, _brokenLists) = (version, clock.GetTimestamp(), 0);
        if (_isUnreadable)
            ClusterLog.ReadableAgain(log, Source, all.Count);
        else
            ClusterLog.Listed(log, Source, all.Count);
        _isUnreadable = false;
    }

    private async Task<ListMeta> ReadPageAsync(string query, bool isContinued, List<KubeObject> all, CancellationToken ct)
    {
        using var response = await client.OpenAsync(query, watched.ListAccept, ct);
        if (isContinued && response.StatusCode == HttpStatusCode.Gone)
            _brokenLists++;
        await RequireAsync(response, ct);
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        return await ListPage.ReadAsync(stream, items, item => Take(item, all), ct);
    }

    /// <summary>What is not kept is not gathered either: there may be hundreds of thousands of events.</summary>
    private void Take(KubeObject item, List<KubeObject> all)
    {
        if (!state.IsWanted(item))
            return;
        all.Add(state.Known(Source, Noted(item)));
        if (item is KubeEvent && all.Count > 2 * ClusterState.MostEvents)
        {
            all.Sort((a, b) => Nullable.Compare(((KubeEvent)b).LastSeen, ((KubeEvent)a).LastSeen));
            all.RemoveRange(ClusterState.MostEvents, all.Count - ClusterState.MostEvents);
        }
    }

    private async Task WaitToListAsync(CancellationToken ct)
    {
        await Task.Delay(Backoff.Jittered(SlowList, 0.2), clock, ct);
        (_version, _lastGood) = (null, clock.GetTimestamp());
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        var length = Backoff.Jittered(LongestWatch, 0.5);
        var query = $"{Source}?watch=true&allowWatchBookmarks=true&timeoutSeconds={(int)length.TotalSeconds}"
            + $"&resourceVersion={Uri.EscapeDataString(_version ?? "")}";
        using var within = client.Within(length + Overtime, ct);
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(within.Token, silence.Token);
        using var response = await client.OpenAsync(query,
            watched.ListAccept?.Replace("PartialObjectMetadataList", "PartialObjectMetadata", StringComparison.Ordinal), ended.Token);
        await RequireAsync(response, ended.Token);
        var wasUnreadable = _isUnreadable;
        Resume();
        await using var stream = await response.Content.ReadAsStreamAsync(ended.Token);
        try
        {
            silence.CancelAfter(LongestSilence);
            await foreach (var (type, item) in WatchEvents.ReadAsync(stream, items, ended.Token))
            {
                silence.CancelAfter(LongestSilence);
                if (wasUnreadable && IsOlder(item.Metadata.ResourceVersion))
                    throw new ExpiredException();
                _version = item.Metadata.ResourceVersion ?? _version;
                _lastGood = clock.GetTimestamp();
                if (type is "ADDED" or "MODIFIED")
                    state.Set(Source, Noted(item));
                else if (type == "DELETED")
                    state.Remove(Source, item);
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            // Opened anew from where it stood; whether the server is there shows then. A server that was put back might never reach that.
            if (wasUnreadable)
                _version = null;
        }
        finally
        {
            // A quiet watch was good until it ended, one that was silent too long was not.
            if (!silence.IsCancellationRequested)
                _lastGood = clock.GetTimestamp();
        }
    }

    /// <summary>After trouble a watch goes on from its last version: the last thing a server needs then is to list everything.</summary>
    private void Resume()
    {
        _lastGood = clock.GetTimestamp();
        if (!_isUnreadable)
            return;
        var known = state.Resume(Source, _kind.Namespaced);
        ClusterLog.ReadableAgain(log, Source, known);
        _isUnreadable = false;
    }

    /// <summary>Whether the server is behind what it said before, as one is that was restored from a backup.</summary>
    private bool IsOlder(string? version) =>
        ulong.TryParse(version, out var now) && ulong.TryParse(_version, out var before) && now < before;

    private KubeObject Noted(KubeObject item)
    {
        if (item.Unread is { } why && state.IsNews(Source, item))
            ClusterLog.ObjectUnreadable(log, Source, Contracts.Text.ShortText.Name(item.Metadata.Name), why);
        return item;
    }

    private static async Task RequireAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.StatusCode == HttpStatusCode.Gone)
            throw new ExpiredException();
        if (!response.IsSuccessStatusCode)
            throw await ApiRefusal.OfAsync(response, ct);
    }

    private static bool IsForbidden(Exception e) => e is HttpRequestException { StatusCode: HttpStatusCode.Forbidden };

    private static bool IsGone(Exception e) => e is HttpRequestException { StatusCode: HttpStatusCode.NotFound };

    private void Note(Exception e)
    {
        if (!IsForbidden(e) && SinceGood < Tolerance)
            return;
        var message = Contracts.Text.RefusalText.Of(e.Message);
        var access = IsForbidden(e) ? KindAccess.Forbidden : IsGone(e) ? KindAccess.NotServed : KindAccess.Unavailable;
        _isUnreadable = true;
        if (access == KindAccess.NotServed)
        {
            // With the kind its objects went.
            _version = null;
            state.Replace(Source, _kind.Namespaced, []);
        }

        if (state.Fail(Source, _kind.Id, new(access, _kind.Namespaced, message)) && !(_kind.Optional && access == KindAccess.Forbidden))
            ClusterLog.Unreadable(log, Source, message);
    }
}

/// <summary>A kind in one place, and how it is watched.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Namespace">The namespace; null for all.</param>
/// <param name="ListAccept">How its lists are asked for; null for whole objects.</param>
/// <param name="Gone">Told when the API server does not know the path: the kind may be served in another version.</param>
internal sealed record WatchedKind(ServedKind Kind, string? Namespace, string? ListAccept = null, Action? Gone = null);
