using Brokkr.Agent.Cluster;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Tests.Agent.Watching;
using Brokkr.Tests.DemoCluster;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Agent.Cluster.Reading;

/// <summary>What the agent knows of a cluster stays right, whatever the API server does.</summary>
public class ReflectorTests
{
    private const string Pods = "/api/v1/pods";
    private const string WebDeployment = "/apis/apps/v1/namespaces/prod/deployments/web";
    private const string ConfigMap = "{apiVersion: v1, kind: ConfigMap, metadata: {name: feature-flags, namespace: prod}}";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task What_is_listed_is_known_and_changes_follow()
    {
        await using var cluster = await RunningCluster.StartAsync();
        await using var watched = await WatchingAgent.StartAsync(cluster);
        await watched.KnowsEverythingAsync();
        watched.State.Counts().Single(c => c.Kind.Kind == "Pod").Objects.Should().Be(24);

        await ScaleAsync(cluster, 7);
        await watched.BecomesAsync(() => Replicas(watched) == 7, "the change is seen");
        (await cluster.SendAsync(HttpMethod.Delete, WebDeployment)).EnsureSuccessStatusCode();
        await watched.BecomesAsync(() => watched.Find("apps", "Deployment", "web") is null, "the deletion is seen");
    }

    [Fact]
    public async Task Nothing_is_listed_again_while_time_goes_by()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var cluster = await RunningCluster.StartAsync(new() { Clock = clock });
        await using var watched = await WatchingAgent.StartAsync(cluster, ConfigMap, clock);
        await watched.KnowsEverythingAsync();
        await watched.BecomesAsync(() => watched.Find("", "ConfigMap", "feature-flags") is not null, "the named kind is listed");
        await watched.BecomesAsync(() => Watches(cluster) >= watched.Watcher.Watched.Count, "every kind is watched");
        cluster.Requests.Reset();

        // Long enough for every watch to come to its end and to be opened anew at least twice.
        var end = clock.GetUtcNow().AddMinutes(25);
        await watched.BecomesAsync(() => clock.GetUtcNow() > end && Watches(cluster) >= 2 * watched.Watcher.Watched.Count, "time goes by", 5 * Second);

        cluster.Requests.All.Should().OnlyContain(r => r.Verb == "watch", "what a watch brings needs no list");
        (cluster.Requests.All.Sum(r => r.Count) / 25.0 / 60).Should().BeLessThan(0.2, "requests per second");
        await ScaleAsync(cluster, 5);
        await watched.BecomesAsync(() => Replicas(watched) == 5, "watches that were opened anew bring changes");
    }

    [Fact]
    public async Task An_expired_continue_token_begins_the_list_anew()
    {
        await using var cluster = await RunningCluster.StartAsync();
        for (var i = 0; i < 501; i++)
            (await cluster.SendAsync(HttpMethod.Post, "/api/v1/namespaces/prod/configmaps", $$$"""{"metadata":{"name":"many-{{{i}}}"}}"""))
                .EnsureSuccessStatusCode();
        cluster.Faults.ExpireContinues(1);

        await using var watched = await WatchingAgent.StartAsync(cluster, ConfigMap);

        await watched.BecomesAsync(() =>
            watched.Find("", "ConfigMap", "many-500") is not null && watched.Find("", "ConfigMap", "feature-flags") is not null, "all pages are known");
        cluster.Requests.Of("list", "/api/v1/configmaps").Should().BeGreaterThanOrEqualTo(4, "two pages, twice");
    }

    [Fact]
    public async Task A_version_that_is_too_old_is_listed_anew()
    {
        await using var cluster = await RunningCluster.StartAsync();
        await using var watched = new WatchingAgent(cluster.Url);
        var kinds = watched.Watcher.Watched.Count;
        cluster.Faults.ExpireWatches(kinds);
        await watched.Watcher.StartAsync(CancellationToken.None);
        await watched.BecomesAsync(() => Lists(cluster) >= 2 * kinds && Watches(cluster) >= 2 * kinds, "every kind is listed and watched a second time");

        await ScaleAsync(cluster, 6);

        await watched.BecomesAsync(() => Replicas(watched) == 6, "the change is seen");
    }

    [Fact]
    public async Task Changes_that_were_missed_while_a_watch_was_broken_are_seen_without_a_list()
    {
        await using var cluster = await RunningCluster.StartAsync();
        await using var watched = await WatchingAgent.StartAsync(cluster);
        await watched.KnowsEverythingAsync();
        await watched.BecomesAsync(() => Watches(cluster) >= watched.Watcher.Watched.Count, "every kind is watched");
        cluster.Requests.Reset();

        cluster.Faults.DropWatches();
        await ScaleAsync(cluster, 4);

        await watched.BecomesAsync(() => Replicas(watched) == 4, "the change is seen");
        cluster.Requests.All.Should().NotContain(r => r.Verb == "list");
        watched.Access("apps", "Deployment").Should().Be(KindAccess.Readable);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_burst_of_failures_is_outlasted(int status)
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.FailNext(20, status);
        await using var watched = await WatchingAgent.StartAsync(cluster, ConfigMap);

        await watched.BecomesAsync(() => watched.State.Counts() is var counts && counts.Count == watched.Watcher.Watched.Count
            && watched.Find("", "ConfigMap", "feature-flags") is not null && counts.All(c => c.Access == KindAccess.Readable), "every kind is read");
        Watches(cluster).Should().BeLessThan(40, "failures are not answered with a storm");
    }

    [Fact]
    public async Task Slow_answers_are_waited_for()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.Delay = TimeSpan.FromSeconds(2);
        await using var watched = await WatchingAgent.StartAsync(cluster);

        await watched.KnowsEverythingAsync();

        watched.State.Counts().Should().OnlyContain(c => c.Access == KindAccess.Readable);
    }

    [Fact]
    public async Task An_api_server_that_does_not_answer_is_given_up_and_tried_again()
    {
        var clock = new FakeTimeProvider();
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.Delay = TimeSpan.FromHours(1);
        await using var watched = await WatchingAgent.StartAsync(cluster, "", clock);

        await watched.BecomesAsync(() => watched.State.Knows(BaseKinds.Needed), "every kind is given up", Second);
        watched.Access("", "Pod").Should().Be(KindAccess.Unavailable);

        cluster.Faults.Delay = TimeSpan.Zero;
        await watched.BecomesAsync(() => watched.Access("", "Pod") == KindAccess.Readable, "it is read in the end", TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task A_kind_that_is_forbidden_is_known_to_be_and_nothing_else_suffers()
    {
        var clock = new FakeTimeProvider();
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.Deny("replicasets.apps");
        await using var watched = await WatchingAgent.StartAsync(cluster, "", clock);

        await watched.KnowsEverythingAsync();
        watched.State.Snapshot().Readability("apps", "ReplicaSet").Should().Match<KindReadability>(
            r => r.Access == KindAccess.Forbidden && r.Message.Contains("cannot list resource \"replicasets\""));
        watched.State.Counts().Where(c => c.Kind.Kind != "ReplicaSet").Should().OnlyContain(c => c.Access == KindAccess.Readable);

        cluster.Faults.Deny();
        await watched.BecomesAsync(() => watched.Access("apps", "ReplicaSet") == KindAccess.Readable, "a right that is granted is used", Second);
    }

    [Fact]
    public async Task A_forbidden_kind_is_asked_for_ever_more_rarely()
    {
        var clock = new FakeTimeProvider();
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.Deny("pods");
        await using var watched = await WatchingAgent.StartAsync(cluster, "", clock);
        await watched.KnowsEverythingAsync();

        var end = clock.GetUtcNow().AddMinutes(10);
        await watched.BecomesAsync(() => clock.GetUtcNow() > end, "ten minutes go by", 2 * Second);

        cluster.Requests.Of("list", Pods).Should().BeInRange(5, 18);
    }

    [Fact]
    public async Task An_api_server_that_goes_and_comes_back_costs_nothing_before_the_tolerance_and_is_read_anew_after_it()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var cluster = await RunningCluster.StartAsync(new() { Clock = clock });
        var port = new Uri(cluster.Url).Port;
        await using var watched = await WatchingAgent.StartAsync(cluster, "", clock);
        await watched.KnowsEverythingAsync();
        await watched.BecomesAsync(() => Watches(cluster) >= watched.Watcher.Watched.Count, "every kind is watched");
        await cluster.DisposeAsync();

        var early = clock.GetUtcNow().AddSeconds(45);
        await watched.BecomesAsync(() => clock.GetUtcNow() > early, "three quarters of the tolerance go by", Second);
        watched.Access("", "Pod").Should().Be(KindAccess.Readable, "an API server may restart");
        await watched.BecomesAsync(() => watched.State.Counts().All(c => c.Access == KindAccess.Unavailable), "it has been away for too long", Second);
        watched.Find("apps", "Deployment", "web").Should().NotBeNull("what was known stays");

        await using var again = await RunningCluster.StartAsync(new() { Clock = clock, Port = port });
        await ScaleAsync(again, 3);
        await watched.BecomesAsync(
            () => watched.State.Counts().All(c => c.Access == KindAccess.Readable)
            && Replicas(watched) == 3, "the new server is read", TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public async Task With_rights_in_one_namespace_it_is_read_and_everything_else_is_out_of_sight()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.ConfineTo("prod");
        await using var watched = await WatchingAgent.StartAsync(cluster, ConfigMap, null, "prod");

        await watched.BecomesAsync(() => watched.Find("", "ConfigMap", "feature-flags") is not null, "the named kind is listed in the namespace");
        await watched.KnowsEverythingAsync();

        watched.State.Counts().Should().OnlyContain(c => c.Access == KindAccess.Readable);
        watched.State.Snapshot().Readability("", "Pod", "prod").Access.Should().Be(KindAccess.Readable);
        watched.State.Snapshot().Readability("", "Pod", "elsewhere").Access.Should().Be(KindAccess.Forbidden);
        cluster.Requests.All.Where(r => r.Verb is "list" or "watch").Should().OnlyContain(r => r.Path.Contains("/namespaces/{namespace}/"));
    }

    [Fact]
    public async Task A_kind_is_watched_as_long_as_manifests_name_it()
    {
        await using var cluster = await RunningCluster.StartAsync();
        await using var watched = await WatchingAgent.StartAsync(cluster, "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}}");
        await watched.BecomesAsync(() => watched.Access("example.com", "Widget") == KindAccess.NotServed, "a kind that is not served is known to be");

        watched.Name(ConfigMap);
        await watched.BecomesAsync(() => watched.Find("", "ConfigMap", "feature-flags") is not null, "a newly named kind is watched");
        watched.State.Knows([new("example.com", "Widget")]).Should().BeFalse("nobody asks for it any more");

        watched.Name("");
        await watched.BecomesAsync(() => !watched.State.Knows([new("", "ConfigMap")]), "it is forgotten");
        watched.Find("", "ConfigMap", "feature-flags").Should().BeNull();
    }

    private static async Task ScaleAsync(RunningCluster cluster, int replicas) =>
        await cluster.PatchAsync(WebDeployment, $$$"""{"spec":{"replicas":{{{replicas}}}}}""");

    private static int? Replicas(WatchingAgent watched) => (watched.Find("apps", "Deployment", "web") as Workload)?.Spec.Replicas;

    private static int Lists(RunningCluster cluster) => cluster.Requests.All.Where(r => r.Verb == "list").Sum(r => r.Count);

    private static int Watches(RunningCluster cluster) => cluster.Requests.All.Where(r => r.Verb == "watch").Sum(r => r.Count);
}
