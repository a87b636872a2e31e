using System.Text.Json;
using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Diagnostics;
using Brokkr.Agent.Operations;
using Brokkr.Agent.Watching;
using Brokkr.Tests.DemoCluster;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Tests.Agent.Watching;

/// <summary>What the agent may do, what it needs, and what the manifests beside it grant.</summary>
public class RightsTests
{
    private readonly LogLines _log = new();

    [Fact]
    public async Task An_agent_that_may_do_everything_says_so_once()
    {
        await using var cluster = await RunningCluster.StartAsync();
        await using var watched = await WatchingAgent.StartAsync(cluster);

        await CheckAsync(watched, 3);

        _log.All.Should().Equal((LogLevel.Information, "The agent has the rights that it needs"));
    }

    [Fact]
    public async Task What_the_agent_lacks_is_said_once_by_name()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.Deny("cronjobs.batch", "pods/log");
        await using var watched = await WatchingAgent.StartAsync(cluster);

        await CheckAsync(watched, 2);

        _log.All.Should().ContainSingle().Which.Should().Match<(LogLevel Level, string Text)>(l => l.Level == LogLevel.Warning
            && l.Text.EndsWith("deploy/rbac shows: get pods/log, list cronjobs.batch, watch cronjobs.batch"));
    }

    [Fact]
    public async Task Who_applies_needs_to_write_what_the_manifests_name()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.Deny("configmaps");
        await using var watched = await WatchingAgent.StartAsync(cluster, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
        await watched.BecomesAsync(() => watched.State.Knows([new("", "ConfigMap")]), "the kind is looked for");

        await CheckAsync(watched, 1);
        watched.Options.Deployment.Mode = "observe";
        await CheckAsync(watched, 1);

        _log.All[0].Text.Should().Contain("shows: create configmaps, delete configmaps, get configmaps, list configmaps, patch configmaps, watch configmaps");
        _log.All[1].Text.Should().EndWith("shows: list configmaps, watch configmaps");
    }

    [Theory]
    [InlineData("apply-clusterrole.yaml", "observe-clusterrole.yaml")]
    [InlineData("apply-role.yaml", "observe-role.yaml", "prod")]
    public async Task Applying_asks_for_nothing_that_the_manifests_do_not_grant(string apply, string observe, params string[] namespaces)
    {
        await using var agent = await Deployment.Deploying.StartAsync();
        agent.Options.Cluster.Namespaces.AddRange(namespaces);
        var bundle = Deployment.ApplyTests.AConfigMap("settings", "a: one") + Deployment.ApplyTests.ADeployment("shop", "1");
        await agent.SubmitAsync(bundle + "apiVersion: v1\nkind: Service\nmetadata: {name: shop, namespace: prod}\n");
        await agent.SubmitAsync(bundle);
        await agent.WithdrawAsync();
        var (writes, reads) = (Granted(apply), Granted(observe));

        var asked = agent.Cluster.Requests.All.Select(r => (r.Verb, Path: Brokkr.DemoCluster.Api.Http.ApiPath.Parse(r.Path))).Where(r => r.Path is not null)
            .Select(r => new Right(r.Verb, r.Path!.Group, r.Path.Plural)).Distinct().ToList();

        asked.Select(r => r.Verb).Distinct().Should().BeEquivalentTo(["get", "list", "patch", "delete"]);
        asked.Should().OnlyContain(right => writes.Allow(right) || reads.Allow(right));
    }

    [Fact]
    public async Task Rights_in_the_watched_namespaces_are_enough_for_them_and_not_for_all()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.ConfineTo("prod");
        await using var confined = await WatchingAgent.StartAsync(cluster, "", null, "prod");
        await using var curious = await WatchingAgent.StartAsync(cluster, "", null, "prod", "other");

        await CheckAsync(confined, 1);
        await CheckAsync(curious, 1);

        _log.All[0].Text.Should().Be("The agent has the rights that it needs");
        _log.All[1].Text.Should().Contain("list pods in other").And.NotContain("in prod");
    }

    [Theory]
    [InlineData("list", "apps", "deployments", true)]
    [InlineData("watch", "apps", "deployments", false)]
    [InlineData("list", "", "deployments", false)]
    [InlineData("get", "", "pods/log", true)]
    [InlineData("get", "", "pods/exec", false)]
    [InlineData("list", "", "secrets", false)]
    [InlineData("create", "any.example", "anything", false)]
    [InlineData("list", "any.example", "anything", true)]
    public void Rules_are_read_as_kubernetes_means_them(string verb, string group, string resource, bool isAllowed)
    {
        using var review = JsonDocument.Parse("""
            {"status":{"incomplete":false,"resourceRules":[
              {"verbs":["list"],"apiGroups":["apps"],"resources":["deployments"]},
              {"verbs":["*"],"apiGroups":[""],"resources":["*/log"]},
              {"verbs":["list"],"apiGroups":[""],"resources":["secrets"],"resourceNames":["one"]},
              {"verbs":["list"],"apiGroups":["any.example"],"resources":["*"]}]}}
            """);

        AccessRules.Read(review.RootElement).Allow(new(verb, group, resource)).Should().Be(isAllowed);
    }

    [Theory]
    [InlineData("observe-clusterrole.yaml")]
    [InlineData("observe-role.yaml", "prod")]
    public async Task The_agent_asks_for_nothing_that_the_manifest_does_not_grant(string manifest, params string[] namespaces)
    {
        await using var cluster = await RunningCluster.StartAsync();
        var named = Directory.GetFiles(Path.Combine(RepositoryRoot.Fixtures, "scenarios")).Select(File.ReadAllText);
        await using var watched = await WatchingAgent.StartAsync(cluster, string.Join("\n---\n", named), null, namespaces);
        await watched.KnowsEverythingAsync();
        await watched.BecomesAsync(() =>
            watched.State.Knows(watched.Targets.NamedKinds().Select(k => new KindId(ResourceId.GroupOf(k.ApiVersion), k.Kind))), "every named kind is listed");
        await new KubeReads(watched.Client).ReadLogAsync("prod", "noisy", "app", false, 10, 1000, CancellationToken.None);
        await watched.BecomesAsync(() =>
            cluster.Requests.All.Where(r => r.Verb == "watch").Sum(r => r.Count) >= watched.Watcher.Watched.Count, "every kind is watched");
        var granted = Granted(manifest);

        var asked = cluster.Requests.All.Select(r => (r.Verb, Brokkr.DemoCluster.Api.Http.ApiPath.Parse(r.Path)))
            .Where(r => r.Item2 is { Group: not "authorization.k8s.io" })
            .Select(r => new Right(r.Verb, r.Item2!.Group, r.Item2.Subresource is { } part ? $"{r.Item2.Plural}/{part}" : r.Item2.Plural)).Distinct().ToList();

        asked.Should().HaveCountGreaterThan(17);
        asked.Where(right => !granted.Allow(right)).Should()
            .BeSubsetOf([new("list", "", "secrets"), new("watch", "", "secrets")], "a refused Secret is left out of the verdict");
    }

    [Theory]
    [InlineData("observe-clusterrole.yaml")]
    [InlineData("observe-role.yaml")]
    public void Observing_grants_reading_only_and_no_secrets(string manifest)
    {
        using var review = JsonDocument.Parse(Rules(manifest));
        foreach (var rule in review.RootElement.GetProperty("status").GetProperty("resourceRules").EnumerateArray())
        {
            rule.GetProperty("verbs").EnumerateArray().Select(v => v.GetString()).Should().BeSubsetOf(["get", "list", "watch"]);
            rule.GetProperty("resources").EnumerateArray().Select(r => r.GetString()).Should().NotContain(["secrets", "*"]);
        }
    }

    [Theory]
    [InlineData("apply-clusterrole.yaml", "observe-clusterrole.yaml")]
    [InlineData("apply-role.yaml", "observe-role.yaml")]
    public void Applying_grants_writing_of_what_observing_sees(string apply, string observe)
    {
        var (writes, reads) = (Granted(apply), Granted(observe));

        foreach (var right in (Right[])[new("patch", "apps", "deployments"), new("create", "batch", "cronjobs"), new("delete", "", "configmaps")])
        {
            writes.Allow(right).Should().BeTrue();
            reads.Allow(right).Should().BeFalse();
            reads.Allow(right with { Verb = "list" }).Should().BeTrue();
        }

        writes.Allow(new("patch", "", "secrets")).Should().BeFalse();
        writes.Allow(new("patch", "rbac.authorization.k8s.io", "clusterroles")).Should().BeFalse();
    }

    private async Task CheckAsync(WatchingAgent watched, int times)
    {
        await watched.KnowsEverythingAsync();
        var metrics = new AgentMetrics(watched.State, new BrokerHealth(new(), TimeProvider.System, NullLogger<BrokerHealth>.Instance), TimeProvider.System);
        using var check =
            new RightsCheck(watched.Client, watched.Watcher, watched.Targets, metrics, watched.Options.Scope, TimeProvider.System, _log.For<RightsCheck>());
        for (var i = 0; i < times; i++)
            await check.CheckAsync(CancellationToken.None);
    }

    private static AccessRules Granted(string manifest)
    {
        using var review = JsonDocument.Parse(Rules(manifest));
        return AccessRules.Read(review.RootElement);
    }

    /// <summary>The rules of all roles of a manifest, in the shape of a review.</summary>
    private static string Rules(string manifest)
    {
        var yaml = new YamlStream();
        using (var text = File.OpenText(Path.Combine(RepositoryRoot.Path, "deploy", "rbac", manifest)))
            yaml.Load(text);
        var rules = yaml.Documents.Select(d => (YamlMappingNode)d.RootNode).Where(d => d.Children.ContainsKey("rules"))
            .SelectMany(d => (YamlSequenceNode)d["rules"])
            .Select(rule => ((YamlMappingNode)rule).ToDictionary(e => e.Key.ToString(), e => ((YamlSequenceNode)e.Value).Select(v => v.ToString()).ToList()));
        return JsonSerializer.Serialize(new { status = new { incomplete = false, resourceRules = rules } });
    }
}
