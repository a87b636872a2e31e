using System.Net;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Deployment;
using Microsoft.Extensions.Time.Testing;
using static Brokkr.Tests.Agent.Deployment.ApplyTests;

namespace Brokkr.Tests.Agent.Deployment;

/// <summary>Webhooks and aggregated APIs that are down, which say nothing about a manifest and hold up nothing else.</summary>
public class TroubleTests
{
    private const string Web = "/apis/apps/v1/namespaces/prod/deployments/shop";
    private const string ConfigMaps = "/api/v1/namespaces/prod/configmaps";
    private const string Other = $"{ConfigMaps}/other";

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_webhook_that_is_down_does_not_block_its_own_repair(int status)
    {
        await using var agent = await Deploying.StartAsync();
        agent.Cluster.Faults.Break(Settings, status, "PATCH");

        var target = await agent.SubmitAsync(AConfigMap("settings", "a: one") + ADeployment("shop", "2"));

        (await agent.FindAsync(Web)).Should().NotBeNull("it may be what repairs the webhook");
        agent.RefusedOf(target).Should().BeEmpty("once is no news");
        agent.Cluster.Faults.Break("", 0);
        await agent.PassAsync(TimeSpan.FromSeconds(10));
        (await agent.FindAsync(Settings)).Should().NotBeNull("it is tried again by itself");
    }

    [Fact]
    public async Task Trouble_that_lasts_is_said_of_the_object_and_nothing_is_deleted_meanwhile()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one") + AConfigMap("other", "a: one"));
        agent.Cluster.Faults.Break(Settings, 500, "PATCH");

        var target = await agent.SubmitAsync(AConfigMap("settings", "a: two"));
        for (var i = 0; i < 3; i++)
            await agent.PassAsync(TimeSpan.FromMinutes(1));

        agent.RefusedOf(target).Should().ContainSingle().Which.Should().StartWith("ConfigMap settings: Internal error occurred");
        (await agent.FindAsync(Other)).Should().NotBeNull();
        agent.Cluster.Faults.Break("", 0);
        await agent.PassAsync(TimeSpan.FromMinutes(6));
        agent.RefusedOf(target).Should().BeEmpty();
        (await agent.FindAsync(Other)).Should().BeNull();
    }

    [Fact]
    public async Task An_aggregated_api_that_is_down_stops_no_deletion_that_does_not_concern_it()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(WidgetDefinition + AWidget("one"), "apis");
        await agent.SubmitAsync(AConfigMap("settings", "a: one") + AConfigMap("other", "a: one"));
        agent.Cluster.Faults.Break("/apis/example.com/v1", 503);

        await agent.SubmitAsync(AConfigMap("settings", "a: one") + "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: two, namespace: prod}\n---\n",
            "third");
        await agent.SubmitAsync(AConfigMap("settings", "a: two"));
        await agent.PassAsync(TimeSpan.FromMinutes(1));

        (await agent.FindAsync(Other)).Should().BeNull();
        (await agent.FindAsync(Settings))!["data"]!["a"]!.ToString().Should().Be("two");
    }

    [Fact]
    public async Task What_cannot_be_deleted_now_holds_up_no_other()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one") + AConfigMap("other", "a: one"));
        agent.Cluster.Faults.Break(Settings, 503);

        await agent.WithdrawAsync();

        (await agent.FindAsync(Other)).Should().BeNull();
        agent.Cluster.Faults.Break("", 0);
        (await agent.FindAsync(Settings)).Should().NotBeNull();
        await agent.PassAsync(TimeSpan.FromMinutes(6));
        (await agent.FindAsync(Settings)).Should().BeNull();
    }

    [Fact]
    public async Task A_namespace_goes_while_metrics_are_down_and_stays_while_objects_cannot_be_seen()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync("apiVersion: v1\nkind: Namespace\nmetadata: {name: fresh}\n---\n");
        agent.Cluster.Faults.Break("/apis/apps/v1", 503);

        await agent.WithdrawAsync();

        agent.Log.All.Should().ContainSingle(l => l.Text.Contains("whether it holds objects of apps/v1 could not be seen"));
        (await agent.FindAsync("/api/v1/namespaces/fresh")).Should().NotBeNull();
        agent.Cluster.Faults.Break("/apis/metrics.k8s.io", 503);
        await agent.PassAsync(TimeSpan.FromMinutes(6));
        (await agent.FindAsync("/api/v1/namespaces/fresh")).Should().BeNull();
    }

    [Fact]
    public async Task A_call_that_is_never_answered_says_nothing_about_its_object()
    {
        await using var agent = await Deploying.StartAsync(new() { Clock = new FakeTimeProvider() });
        agent.Cluster.Faults.Delay = TimeSpan.FromDays(1);
        var clock = new FakeTimeProvider();
        using var client = new KubeClient(agent.Options.Cluster, clock);

        var asked = new ClusterWriter(client).LookAsync(Settings, CancellationToken.None);
        while (!asked.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(20);
        }

        (await asked).Should().Match<WriteAnswer>(a => a.IsTrouble && !a.IsDone && !a.IsAbsent && a.Status == HttpStatusCode.GatewayTimeout);
    }
}
