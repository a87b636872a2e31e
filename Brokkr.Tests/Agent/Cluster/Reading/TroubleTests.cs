using System.Security.Cryptography.X509Certificates;
using Brokkr.Agent.Cluster;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Reading;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Tests.Agent.Watching;
using Brokkr.Tests.Broker.Operations;
using Brokkr.Tests.DemoCluster;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Agent.Cluster.Reading;

/// <summary>Connections that die without a word, servers that ask for patience, and kinds that are served otherwise.</summary>
public class TroubleTests
{
    private const string WebDeployment = "/apis/apps/v1/namespaces/prod/deployments/web";
    private const string ConfigMap = "{apiVersion: v1, kind: ConfigMap, metadata: {name: feature-flags, namespace: prod}}";
    private const string Widget = "{apiVersion: example.com/v1beta1, kind: Widget, metadata: {name: w, namespace: prod}}";
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_watch_that_says_nothing_for_three_minutes_is_opened_anew_where_it_stood()
    {
        var clock = new FakeTimeProvider();
        await using var cluster = await RunningCluster.StartAsync();
        await using var watched = await WatchingAgent.StartAsync(cluster, "", clock);
        await watched.KnowsEverythingAsync();
        await watched.BecomesAsync(() => Watches(cluster) >= watched.Watcher.Watched.Count, "every kind is watched");
        cluster.Faults.SilenceWatches();
        await ScaleAsync(cluster, 4);
        cluster.Requests.Reset();
        var silent = clock.GetUtcNow();

        await watched.BecomesAsync(() => Replicas(watched) == 4, "the change is seen", Second);

        (clock.GetUtcNow() - silent).Should().BeGreaterThan(TimeSpan.FromMinutes(2)).And.BeLessThan(TimeSpan.FromMinutes(4));
        cluster.Requests.All.Should().OnlyContain(r => r.Verb == "watch", "nothing is listed for it");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_server_that_asks_for_patience_is_left_alone(int status)
    {
        var clock = new FakeTimeProvider();
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.FailNext(1000, status, retryAfter: 100);
        await using var watched = await WatchingAgent.StartAsync(cluster, "", clock);
        var kinds = watched.Watcher.Watched.Count;
        await watched.BecomesAsync(() => watched.State.Counts().All(c => c.Access == KindAccess.Unavailable), "every kind was asked for");

        var end = clock.GetUtcNow().AddSeconds(95);
        await watched.BecomesAsync(() => clock.GetUtcNow() > end, "time goes by", Second);

        Lists(cluster).Should().Be(kinds);
        await watched.BecomesAsync(() => Lists(cluster) > kinds, "it is asked again", Second);
    }

    [Fact]
    public async Task After_trouble_of_more_than_a_minute_nothing_is_listed_that_a_watch_can_bring()
    {
        var clock = new FakeTimeProvider();
        await using var cluster = await RunningCluster.StartAsync();
        await using var watched = await WatchingAgent.StartAsync(cluster, "", clock);
        await watched.KnowsEverythingAsync();
        await watched.BecomesAsync(() => Watches(cluster) >= watched.Watcher.Watched.Count, "every kind is watched");
        cluster.Faults.FailNext(int.MaxValue, 500);
        cluster.Faults.DropWatches();
        await watched.BecomesAsync(() => watched.State.Counts().All(c => c.Access == KindAccess.Unavailable), "the trouble is noticed", Second);
        cluster.Requests.Reset();

        cluster.Faults.FailNext(0, 500);
        await ScaleAsync(cluster, 4);

        await watched.BecomesAsync(
            () => Replicas(watched) == 4 && watched.State.Counts().All(c => c.Access == KindAccess.Readable), "everything is known again", Second);
        cluster.Requests.All.Should().NotContain(r => r.Verb == "list");
    }

    [Fact]
    public async Task A_server_that_is_gone_counts_as_unreadable_after_a_minute_to_the_second()
    {
        var clock = new FakeTimeProvider();
        await using var cluster = await RunningCluster.StartAsync();
        await using var watched = await WatchingAgent.StartAsync(cluster, "", clock);
        await watched.KnowsEverythingAsync();
        await watched.BecomesAsync(() => Watches(cluster) >= watched.Watcher.Watched.Count, "every kind is watched");
        cluster.Faults.FailNext(int.MaxValue, 503, retryAfter: 280);
        var began = clock.GetUtcNow();
        cluster.Faults.DropWatches();
        await watched.BecomesAsync(() => Watches(cluster) >= 2 * watched.Watcher.Watched.Count, "every kind was refused", TimeSpan.FromMilliseconds(20));

        await watched.BecomesAsync(() => watched.State.Counts().All(c => c.Access == KindAccess.Unavailable), "it is said", Second);

        (clock.GetUtcNow() - began).Should().BeLessThan(TimeSpan.FromSeconds(100), "however long it asks to be left alone");
    }

    [Fact]
    public async Task A_list_whose_pages_expire_again_and_again_is_asked_for_as_a_whole()
    {
        await using var cluster = await RunningCluster.StartAsync();
        for (var i = 0; i < 501; i++)
            (await cluster.SendAsync(HttpMethod.Post, "/api/v1/namespaces/prod/configmaps", $$$"""{"metadata":{"name":"many-{{{i}}}"}}"""))
                .EnsureSuccessStatusCode();
        cluster.Faults.ExpireContinues(int.MaxValue);

        await using var watched = await WatchingAgent.StartAsync(cluster, ConfigMap);

        await watched.BecomesAsync(
            () => watched.Find("", "ConfigMap", "many-500") is not null && watched.Find("", "ConfigMap", "feature-flags") is not null, "all are known");
    }

    [Fact]
    public async Task A_kind_that_cannot_be_watched_is_listed_from_time_to_time()
    {
        var clock = new FakeTimeProvider();
        await using var cluster = await RunningCluster.StartAsync();
        await using var watched =
            await WatchingAgent.StartAsync(cluster, "{apiVersion: v1, kind: ComponentStatus, metadata: {name: scheduler}}", clock);
        await watched.BecomesAsync(() => watched.Access("", "ComponentStatus") == KindAccess.Readable && watched.State.Knows([new("", "ComponentStatus")]),
            "it is listed");

        var end = clock.GetUtcNow().AddMinutes(10);
        await watched.BecomesAsync(() => clock.GetUtcNow() > end, "ten minutes go by", Second);

        cluster.Requests.Of("list", "/api/v1/componentstatuses").Should().BeInRange(4, 9);
        cluster.Requests.Of("watch", "/api/v1/componentstatuses").Should().Be(0);
        watched.Access("", "ComponentStatus").Should().Be(KindAccess.Readable);
    }

    [Fact]
    public async Task A_kind_whose_version_ends_is_followed_into_another()
    {
        var clock = new FakeTimeProvider();
        await using var cluster = await RunningCluster.StartAsync();
        (await cluster.SendAsync(HttpMethod.Post, Definitions, Definition(beta: "true", final: "true"))).EnsureSuccessStatusCode();
        while (!(await cluster.SendAsync(HttpMethod.Get, "/apis/example.com/v1beta1/widgets")).IsSuccessStatusCode)
            await Task.Delay(20);
        cluster.Requests.Reset();
        await using var watched = await WatchingAgent.StartAsync(cluster, Widget, clock);
        await watched.BecomesAsync(() => watched.State.Knows([new("example.com", "Widget")]), "it is watched", Second);
        cluster.Requests.Of("list", "/apis/example.com/v1beta1/widgets").Should().Be(1);

        await cluster.PatchAsync($"{Definitions}/widgets.example.com", Definition(beta: "false", final: "true"));
        cluster.Faults.DropWatches();

        await watched.BecomesAsync(() => cluster.Requests.Of("watch", "/apis/example.com/v1/widgets") > 0, "the other version is watched", Second);
        watched.Access("example.com", "Widget").Should().Be(KindAccess.Readable);
        watched.Watcher.Watched.Should().ContainSingle(k => k.Kind == "Widget").Which.ApiVersion.Should().Be("example.com/v1");
    }

    [Fact]
    public async Task Watches_of_many_namespaces_share_few_connections()
    {
        using var certificates = new TestCertificates();
        certificates.Issue();
        await using var cluster = await RunningCluster.StartAsync(new()
        {
            Certificate = X509Certificate2.CreateFromPemFile(certificates.Certificate, certificates.Key),
        });
        await using var watched = new WatchingAgent(cluster.Url, "any", "", null, [.. Enumerable.Range(0, 20).Select(i => $"ns-{i}")]);
        await File.WriteAllTextAsync(watched.Kubeconfig, (await File.ReadAllTextAsync(watched.Kubeconfig))
            .Replace("    server:", $"    certificate-authority: {certificates.Ca}\n    server:", StringComparison.Ordinal));
        using var client = new KubeClient(new() { Kubeconfig = watched.Kubeconfig }, TimeProvider.System);
        using var stop = new CancellationTokenSource();

        var reading = Enumerable.Range(0, 20).Select(i => new Reflector(
            client, watched.State, new(BaseKinds.Pods, $"ns-{i}"), new(BaseKinds.Pods, ClusterJson.Default.Pod), TimeProvider.System,
            NullLogger.Instance).RunAsync(stop.Token)).ToList();
        await watched.BecomesAsync(() => Watches(cluster) >= 20, "every namespace is watched");

        cluster.Requests.Connections.Should().BeLessThan(5);
        await stop.CancelAsync();
        await Task.WhenAll(reading).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static string Definition(string beta, string final) => $$$"""
        {"metadata":{"name":"widgets.example.com"},"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget"},
         "versions":[{"name":"v1beta1","served":{{{beta}}},"storage":false},{"name":"v1","served":{{{final}}},"storage":true}]}}
        """;

    private static async Task ScaleAsync(RunningCluster cluster, int replicas) =>
        await cluster.PatchAsync(WebDeployment, $$$"""{"spec":{"replicas":{{{replicas}}}}}""");

    private static int? Replicas(WatchingAgent watched) => (watched.Find("apps", "Deployment", "web") as Workload)?.Spec.Replicas;

    private static int Lists(RunningCluster cluster) => cluster.Requests.All.Where(r => r.Verb == "list").Sum(r => r.Count);

    private static int Watches(RunningCluster cluster) => cluster.Requests.All.Where(r => r.Verb == "watch").Sum(r => r.Count);
}
