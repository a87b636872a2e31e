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
    }

    private static async Task<Deploying> GivenAsync()
    {
        var agent = await Deploying.StartAsync();
        if (await agent.FindAsync(KubeSystem) is null)
            await agent.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"kube-system"}}""");
        await agent.SubmitAsync(AConfigMap("settings", "a: one") + AConfigMap("other", "a: one"));
        return agent;
    }
}
