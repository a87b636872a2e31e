using System.Text;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Json;
using Brokkr.DemoCluster.Api.Objects;
using Brokkr.DemoCluster.Api.Selectors;

namespace Brokkr.DemoCluster.Api.Verbs;

/// <summary>Writes the events of one watch, each flushed at once.</summary>
internal sealed class WatchStream(ApiCall call, Selection selection, CancellationToken silenced)
{
    private readonly bool _bookmarks = ApiVerb.IsTrue(call.Query["allowWatchBookmarks"].FirstOrDefault());

    public Task FlushAsync() => call.Http.Response.Body.FlushAsync(call.Aborted);

    /// <summary>An object that begins or ends to match is added or deleted for this watcher, whatever happened to it.</summary>
    public Task SendAsync(Change change)
    {
        var before = change.Before is not null && selection.Matches(change.Before);
        var after = change.After is not null && selection.Matches(change.After);
        return (before, after) switch
        {
            (true, true) => WriteAsync("MODIFIED", Single(change.Last)),
            (false, true) => WriteAsync("ADDED", Single(change.Last)),
            (true, false) => WriteAsync("DELETED", Single(change.Last)),
            (false, false) => Task.CompletedTask,
        };
    }

    public Task SendAsync(string type, StoredObject stored) => selection.Matches(stored)
        ? WriteAsync(type, Single(stored))
        : Task.CompletedTask;

    public Task SendBookmarkAsync(long version, bool endsInitialEvents = false)
    {
        if (!_bookmarks)
            return Task.CompletedTask;
        var (kind, apiVersion) = call.Rendition == Rendition.MetadataOnly
            ? ("PartialObjectMetadata", "meta.k8s.io/v1")
            : (call.Kind.Kind, call.Kind.ApiVersion);
        var mark = endsInitialEvents ? ""","annotations":{"k8s.io/initial-events-end":"true"}""" : "";
        return WriteAsync("BOOKMARK", Encoding.UTF8.GetBytes(
            $$$"""{"kind":"{{{kind}}}","apiVersion":"{{{apiVersion}}}","metadata":{"resourceVersion":"{{{version}}}"{{{mark}}}}}"""));
    }

    public Task SendErrorAsync(KubeStatus error) => WriteAsync("ERROR", ApiJson.Bytes(error.ToJson()));

    private byte[] Single(StoredObject stored) => Rendering.Single(stored, call.Kind, call.Rendition);

    private async Task WriteAsync(string type, byte[] json)
    {
        if (silenced.IsCancellationRequested)
            return;
        var body = call.Http.Response.Body;
        await body.WriteAsync(Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","object":"""), call.Aborted);
        await body.WriteAsync(json, call.Aborted);
        await body.WriteAsync("}\n"u8.ToArray(), call.Aborted);
        await body.FlushAsync(call.Aborted);
    }
}
