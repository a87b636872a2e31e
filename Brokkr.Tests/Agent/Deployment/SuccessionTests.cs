using static Brokkr.Tests.Agent.Deployment.ApplyTests;

namespace Brokkr.Tests.Agent.Deployment;

/// <summary>An agent that takes the place of another in the same cluster.</summary>
public class SuccessionTests
{
    private const string KubeSystem = "/api/v1/namespaces/kube-system";
    private const string Other = "/api/v1/namespaces/prod/configmaps/other";

    [Fact]
    public async Task What_the_predecessor_applied_is_the_successors_with_its_lists()
    {
        await using var agent = await GivenAsync();
        await using var successor = agent.Another();
        var taken = await successor.SubmitAsync(AConfigMap("settings", "a: two"));
        successor.RefusedOf(taken).Should().ContainSingle().Which.Should().EndWith(
            "set agent.deployment.predecessor to agent-1, and everything that it applied is handed over.");

        successor.Options.Deployment.Predecessor = "agent-1";
        successor.Restart();
        await successor.PassAsync();

        successor.RefusedOf(taken).Should().BeEmpty();
        (await agent.FindAsync(Settings))!["metadata"]!["annotations"]!["brokkr.io/owned-by"]!.ToString().Should().StartWith("agent-2/");
        (await agent.FindAsync(Other)).Should().BeNull("it is in the list that was handed over, and no manifest names it");
        (await agent.FindAsync("/api/v1/namespaces/default/configmaps?labelSelector=brokkr.io/inventory-of=agent-1"))!["items"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task A_list_that_was_written_in_another_cluster_is_nobodys()
    {
        await using var agent = await GivenAsync();
        (await agent.Cluster.Client.DeleteAsync(KubeSystem)).EnsureSuccessStatusCode();
        await agent.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"kube-system"}}""");
        await using var successor = agent.Another();
        successor.Options.Deployment.Predecessor = "agent-1";

        await successor.SubmitAsync(AConfigMap("third", "a: one"));

        (await agent.FindAsync(Other)).Should().NotBeNull();
        successor.Log.All.Should().ContainSingle(l =>
            l.Text.StartsWith("1 lists of the predecessor are not taken over") && l.Text.Contains("brokkr.io/cluster"));
    }

    [Fact]
    public async Task Most_of_what_is_taken_over_goes_only_when_an_admin_says_so()
    {
        await using var agent = await GivenAsync();
        await agent.SubmitAsync(string.Concat(Enumerable.Range(0, 12).Select(i => AConfigMap($"many-{i}", "a: one"))), "many");
        await using var successor = agent.Another();
        successor.Options.Deployment.Predecessor = "agent-1";
        successor.Numbers = (2, 0);

        await successor.SubmitAsync(AConfigMap("settings", "a: one"));

        (await agent.FindAsync("/api/v1/namespaces/prod/configmaps/many-0")).Should().NotBeNull();
        successor.Facts.DeletionHeld.Should().Be(13);
    }

    [Fact]
    public async Task Without_the_right_to_know_the_cluster_nothing_is_taken_over()
    {
        await using var agent = await GivenAsync();
        agent.Cluster.Faults.Deny("namespaces");
        await using var successor = agent.Another();
        successor.Options.Deployment.Predecessor = "agent-1";

        await successor.SubmitAsync(AConfigMap("settings", "a: two"));

        (await agent.FindAsync(Other)).Should().NotBeNull();
        successor.Log.All.Should().ContainSingle(l => l.Text.StartsWith("Nothing is taken over of agent.deployment.predecessor"));
    }

    [Theory]
    [InlineData("edge-1")]
    [InlineData("{0b1c8a62-2f34-4c58-9d1e-5a7a0c9b1a01}")]
    public void The_predecessor_is_named_by_its_identifier(string predecessor) =>
        new Brokkr.Agent.Deployment.DeploymentOptions { Predecessor = predecessor }.Flaws()
            .Should().ContainSingle().Which.Should().StartWith("agent.deployment.predecessor must be the UUID");

    private static async Task<Deploying> GivenAsync()
    {
        var agent = await Deploying.StartAsync();
        if (await agent.FindAsync(KubeSystem) is null)
            await agent.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"kube-system"}}""");
        await agent.SubmitAsync(AConfigMap("settings", "a: one") + AConfigMap("other", "a: one"));
        return agent;
    }
}
