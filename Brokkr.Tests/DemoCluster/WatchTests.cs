using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.DemoCluster;

public class WatchTests
{
    private const string Pods = "/api/v1/namespaces/prod/pods";
    private const string Noisy = Pods + "/noisy";

    [Fact]
    public async Task A_watch_sees_what_happens_after_its_version_in_order()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var version = await VersionAsync(cluster);
        await cluster.PatchAsync(Noisy, """{"metadata":{"labels":{"step":"before"}}}""");
        await using var events = cluster.WatchAsync($"/api/v1/pods?watch=true&resourceVersion={version}").GetAsyncEnumerator();
        await NextAsync(events, "MODIFIED", "noisy");

        await cluster.PatchAsync(Noisy, """{"metadata":{"labels":{"step":"after"}}}""");
        (await cluster.SendAsync(HttpMethod.Post, Pods, """{"metadata":{"name":"new"},"spec":{"containers":[]}}""")).EnsureSuccessStatusCode();
        (await cluster.SendAsync(HttpMethod.Delete, $"{Pods}/new")).EnsureSuccessStatusCode();

        var seen = new List<JsonNode>
        {
            await NextAsync(events, "MODIFIED", "noisy"),
            await NextAsync(events, "ADDED", "new"),
            await NextAsync(events, "DELETED", "new"),
        };
        seen[0]["object"]!["metadata"]!["labels"]!["step"]!.ToString().Should().Be("after");
        seen.Select(e => e["object"]!["kind"]!.ToString()).Should().OnlyContain(kind => kind == "Pod");
        seen.Select(e => long.Parse(e["object"]!["metadata"]!["resourceVersion"]!.ToString(), System.Globalization.CultureInfo.InvariantCulture))
            .Should().BeInAscendingOrder().And.OnlyContain(v => v > version);
    }

    [Fact]
    public async Task An_object_that_begins_or_ends_to_match_is_added_or_deleted()
    {
        await using var cluster = await RunningCluster.StartAsync();
        await using var events = cluster.WatchAsync($"{Pods}?watch=1&resourceVersion={await VersionAsync(cluster)}&labelSelector=marked").GetAsyncEnumerator();

        await cluster.PatchAsync(Noisy, """{"metadata":{"labels":{"other":"yes"}}}""");
        await cluster.PatchAsync(Noisy, """{"metadata":{"labels":{"marked":"yes"}}}""");
        await cluster.PatchAsync(Noisy, """{"metadata":{"labels":{"marked":null}}}""");

        await NextAsync(events, "ADDED", "noisy");
        await NextAsync(events, "DELETED", "noisy");
    }

    [Fact]
    public async Task A_watch_without_version_begins_with_every_object()
    {
        await using var cluster = await RunningCluster.StartAsync();

        var seen = await ReadAsync(cluster, $"{Pods}?watch=1&timeoutSeconds=1");

        seen.Should().HaveCount(24).And.OnlyContain(e => e["type"]!.ToString() == "ADDED");
    }

    [Fact]
    public async Task A_watch_that_is_told_so_sends_nothing_at_first()
    {
        await using var cluster = await RunningCluster.StartAsync();

        (await ReadAsync(cluster, $"{Pods}?watch=1&timeoutSeconds=1"
            + "&sendInitialEvents=false")).Should().BeEmpty();
    }

    [Fact]
    public async Task Initial_events_end_with_a_marked_bookmark_and_the_timeout_with_a_plain_one()
    {
        await using var cluster = await RunningCluster.StartAsync();

        var seen = await ReadAsync(cluster,
            "/api/v1/namespaces/prod/configmaps?watch=1&allowWatchBookmarks=true&timeoutSeconds=1&sendInitialEvents=true"
            + "&resourceVersionMatch=NotOlderThan&resourceVersion=");

        seen.Select(e => e["type"]!.ToString()).Should().Equal("ADDED", "ADDED", "ADDED", "ADDED", "BOOKMARK", "BOOKMARK");
        var recorded = JsonNode.Parse(System.Text.Encoding.UTF8.GetString(RunningCluster.Recorded("watch-bookmark.http").Body).Split('\n')[^1])!;
        recorded["object"]!["metadata"]!["resourceVersion"] = $"{await VersionAsync(cluster)}";
        seen[4].ToJsonString().Should().Be(recorded.ToJsonString());
        seen[5]["object"]!["metadata"]!.AsObject().Select(m => m.Key).Should().Equal("resourceVersion");
    }

    [Fact]
    public async Task An_idle_watch_gets_bookmarks_now_and_then()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = await RunningCluster.StartAsync(new() { Clock = clock });
        await using var events = cluster.WatchAsync($"{Pods}?watch=1&allowWatchBookmarks=true&resourceVersion={await VersionAsync(cluster)}")
            .GetAsyncEnumerator();
        var patched = await cluster.PatchAsync("/api/v1/namespaces/prod/configmaps/feature-flags", """{"data":{"checkout":"off"}}""");

        var next = events.MoveNextAsync().AsTask();
        while (!next.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(61));
            await Task.WhenAny(next, Task.Delay(20));
        }

        events.Current["type"]!.ToString().Should().Be("BOOKMARK");
        events.Current["object"]!["metadata"]!["resourceVersion"]!.ToString().Should().Be(patched["metadata"]!["resourceVersion"]!.ToString());
    }

    [Fact]
    public async Task A_version_that_is_too_old_or_from_another_server_gets_the_recorded_error()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var version = await VersionAsync(cluster);

        var old = await ReadAsync(cluster, $"{Pods}?watch=1&resourceVersion=1&timeoutSeconds=2");
        var unknown = await ReadAsync(cluster, $"{Pods}?watch=1&resourceVersion={version + 1000}");

        var recorded = JsonNode.Parse(RunningCluster.Recorded("watch-expired.http").Body)!;
        recorded["object"]!["message"] = $"too old resource version: 1 ({version})";
        old.Should().ContainSingle().Which.ToJsonString().Should().Be(recorded.ToJsonString());
        unknown.Should().ContainSingle().Which["object"]!["code"]!.GetValue<int>().Should().Be(410);
    }

    [Fact]
    public async Task Changes_that_are_no_longer_remembered_are_too_old()
    {
        await using var cluster = await RunningCluster.StartAsync(new() { RememberedChanges = 2 });
        var version = await VersionAsync(cluster);
        for (var i = 0; i < 3; i++)
            await cluster.PatchAsync(Noisy, $$"""{"metadata":{"labels":{"step":"{{i}}"} } }""");

        var tooOld = await ReadAsync(cluster, $"{Pods}?watch=1&resourceVersion={version}&timeoutSeconds=1");
        var remembered = await ReadAsync(cluster, $"{Pods}?watch=1&resourceVersion={version + 1}&timeoutSeconds=1");

        tooOld.Should().ContainSingle().Which["type"]!.ToString().Should().Be("ERROR");
        remembered.Should().HaveCount(2).And.OnlyContain(e => e["type"]!.ToString() == "MODIFIED");
    }

    [Fact]
    public async Task The_next_watch_can_be_told_that_its_version_is_too_old()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var path = $"{Pods}?watch=1&timeoutSeconds=1&resourceVersion={await VersionAsync(cluster)}";
        cluster.Faults.ExpireWatches(1);

        (await ReadAsync(cluster, path)).Should().ContainSingle().Which["type"]!.ToString().Should().Be("ERROR");
        (await ReadAsync(cluster, path)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_dropped_watch_breaks_and_the_next_one_works()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var version = await VersionAsync(cluster);
        await using var events = cluster.WatchAsync($"{Pods}?watch=1").GetAsyncEnumerator();
        for (var i = 0; i < 24; i++)
            await events.MoveNextAsync();

        cluster.Faults.DropWatches();

        await events.Invoking(e => e.MoveNextAsync().AsTask()).Should().ThrowAsync<IOException>();
        (await ReadAsync(cluster, $"{Pods}?watch=1&timeoutSeconds=1&resourceVersion={version}")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_shutdown_ends_watches_cleanly_and_soon()
    {
        await using var cluster = await RunningCluster.StartAsync();
        await using var events = cluster.WatchAsync($"{Pods}?watch=1").GetAsyncEnumerator();
        for (var i = 0; i < 24; i++)
            await events.MoveNextAsync();

        await cluster.StopAsync().WaitAsync(TimeSpan.FromSeconds(5));

        (await events.MoveNextAsync()).Should().BeFalse();
    }

    [Fact]
    public async Task A_metadata_watch_shows_metadata_only()
    {
        await using var cluster = await RunningCluster.StartAsync();
        using var answer = await cluster.SendAsync(HttpMethod.Get, "/api/v1/secrets?watch=1&timeoutSeconds=1",
            accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");

        var secret = JsonNode.Parse((await answer.Content.ReadAsStringAsync()).TrimEnd())!["object"]!;
        secret.AsObject().Select(m => m.Key).Should().Equal("kind", "apiVersion", "metadata");
        secret["kind"]!.ToString().Should().Be("PartialObjectMetadata");
    }

    private static async Task<long> VersionAsync(RunningCluster cluster) =>
        long.Parse((await cluster.GetAsync("/api/v1/pods?limit=1"))["metadata"]!["resourceVersion"]!.ToString(),
            System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<List<JsonNode>> ReadAsync(RunningCluster cluster, string path)
    {
        var seen = new List<JsonNode>();
        await foreach (var e in cluster.WatchAsync(path))
            seen.Add(e);
        return seen;
    }

    private static async Task<JsonNode> NextAsync(IAsyncEnumerator<JsonNode> events, string type, string name)
    {
        (await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10))).Should().BeTrue();
        var e = events.Current;
        $"{e["type"]} {e["object"]!["metadata"]!["name"]}".Should().Be($"{type} {name}");
        return e;
    }
}
