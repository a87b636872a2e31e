using System.Globalization;
using Brokkr.DemoCluster.Api.Control;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Objects;
using Brokkr.DemoCluster.Api.Selectors;

namespace Brokkr.DemoCluster.Api.Verbs;

/// <summary>Answers watches: changes as they happen, bookmarks in between, an error when the version is too old.</summary>
internal sealed class WatchApi(ObjectStore store, DemoClusterOptions options, DemoClusterFaults faults, IHostApplicationLifetime lifetime)
{
    public async Task WatchAsync(ApiCall call)
    {
        var (selection, refusal) = Selection.Parse(call.Kind, call.Path, call.Query);
        var version = call.Query["resourceVersion"].ToString();
        var number = 0L;
        if (selection is not null && version.Length > 0
            && !long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            refusal = KubeStatus.BadRequest($"invalid resource version \"{version}\"");
        if (refusal is not null)
        {
            await call.Http.AnswerAsync(refusal);
            return;
        }
        long? since = number == 0 ? null : number;
        using var feed = since is not null && faults.TakeExpiredWatch() ? null : store.Watch(call.Kind, since);
        call.Http.Begin(200, "application/json");
        var stream = new WatchStream(call, selection!, faults.WatchesSilenced);
        if (feed is null)
            await stream.SendErrorAsync(KubeStatus.TooOld(version, store.Oldest(call.Kind)));
        else
            await FollowAsync(call, feed, stream, fromStart: since is null);
    }

    private async Task FollowAsync(ApiCall call, ObjectFeed feed, WatchStream stream, bool fromStart)
    {
        using var timeout = new CancellationTokenSource(Timeout(call), options.Clock);
        using var dropped = CancellationTokenSource.CreateLinkedTokenSource(faults.WatchesDropped);
        using var ended =
            CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, dropped.Token, call.Aborted, lifetime.ApplicationStopping);
        try
        {
            await SendInitialAsync(call, feed, stream, fromStart);
            await stream.FlushAsync();
            await SendChangesAsync(feed, stream, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            if (dropped.IsCancellationRequested)
                call.Http.Abort();
            else if (timeout.IsCancellationRequested && !call.Aborted.IsCancellationRequested)
                await BookmarkAsync(feed, stream);
        }
    }

    private static async Task SendInitialAsync(ApiCall call, ObjectFeed feed, WatchStream stream, bool fromStart)
    {
        var wish = call.Query["sendInitialEvents"].ToString();
        if (wish.Length > 0 ? !ApiVerb.IsTrue(wish) : !fromStart)
            return;
        foreach (var stored in feed.Start.Objects.Values)
            await stream.SendAsync("ADDED", stored);
        if (wish.Length > 0)
            await stream.SendBookmarkAsync(feed.Start.Version, endsInitialEvents: true);
    }

    private async Task SendChangesAsync(ObjectFeed feed, WatchStream stream, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.BookmarkInterval, options.Clock);
        var tick = timer.WaitForNextTickAsync(ct).AsTask();
        while (true)
        {
            var readable = feed.Changes.WaitToReadAsync(ct).AsTask();
            while (await Task.WhenAny(readable, tick) == tick)
            {
                await tick;
                await BookmarkAsync(feed, stream);
                tick = timer.WaitForNextTickAsync(ct).AsTask();
            }
            await readable;
            await DrainAsync(feed, stream);
        }
    }

    /// <summary>The version is read first: whatever it covers waits in the feed and is sent before the bookmark.</summary>
    private async Task BookmarkAsync(ObjectFeed feed, WatchStream stream)
    {
        var version = store.Version;
        await DrainAsync(feed, stream);
        await stream.SendBookmarkAsync(version);
    }

    private static async Task DrainAsync(ObjectFeed feed, WatchStream stream)
    {
        while (feed.Changes.TryRead(out var change))
            await stream.SendAsync(change);
    }

    private TimeSpan Timeout(ApiCall call) =>
        int.TryParse(call.Query["timeoutSeconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : options.WatchTimeout;
}
