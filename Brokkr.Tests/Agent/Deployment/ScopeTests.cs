using static Brokkr.Tests.Agent.Deployment.ApplyTests;

namespace Brokkr.Tests.Agent.Deployment;

/// <summary>Objects whose kind has no namespaces, whatever their manifests say.</summary>
public class ScopeTests
{
    private const string Reader = "/apis/rbac.authorization.k8s.io/v1/clusterroles/reader";
    private const string Gadget = "/apis/example.com/v1/gadgets/one";

    private const string GadgetDefinition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gadgets.example.com}
        spec:
          group: example.com
          scope: Cluster
          names: {plural: gadgets, kind: Gadget}
          versions: [{name: v1, served: true, storage: true}]
        ---

        """;

    [Fact]
    public async Task A_cluster_wide_object_with_a_namespace_is_applied_once_and_stays()
    {
        await using var agent = await Deploying.StartAsync();

        var target = await agent.SubmitAsync(ARole("prod") + AConfigMap("settings", "a: one"));
        for (var i = 0; i < 3; i++)
            await agent.PassAsync(TimeSpan.FromHours(8));

        agent.RefusedOf(target).Should().BeEmpty();
        (await agent.FindAsync(Reader))!["metadata"]!["namespace"].Should().BeNull();
        agent.Writes.Should().NotContain(w => w.StartsWith("delete"));
    }

    [Fact]
    public async Task What_a_newer_revision_writes_under_another_namespace_is_the_same_object()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(ARole("prod"));

        agent.Restart();
        await agent.SubmitAsync(ARole("other"));
        await agent.SubmitAsync(ARole(null));

        (await agent.FindAsync(Reader)).Should().NotBeNull();
        agent.Writes.Should().NotContain(w => w.StartsWith("delete"));
    }

    [Fact]
    public async Task Two_stacks_with_the_object_under_different_namespaces_name_one_object()
    {
        await using var agent = await Deploying.StartAsync();
        var first = await agent.SubmitAsync(ARole("prod"), "first");

        var second = await agent.SubmitAsync(ARole("other"), "second", Guid.NewGuid());

        agent.RefusedOf(first).Should().BeEmpty();
        agent.RefusedOf(second).Should().ContainSingle().Which.Should().Contain("It is applied for the deployment object first");
        await agent.WithdrawAsync("first");
        (await agent.FindAsync(Reader)).Should().NotBeNull("it is handed over");
    }

    [Fact]
    public async Task The_scope_of_a_kind_that_a_definition_in_the_bundle_brings_is_known_too()
    {
        await using var agent = await Deploying.StartAsync();

        var target = await agent.SubmitAsync(
            GadgetDefinition + "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: one, namespace: prod}\nspec: {size: 1}\n---\n");
        await agent.PassAsync(TimeSpan.FromHours(8));

        agent.RefusedOf(target).Should().BeEmpty();
        (await agent.FindAsync(Gadget)).Should().NotBeNull();
        agent.Writes.Should().NotContain(w => w.StartsWith("delete"));
    }

    [Fact]
    public async Task While_a_group_is_in_trouble_the_scope_is_the_one_that_was_applied()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(ARole("prod"), "first");
        await agent.SubmitAsync(ARole("prod"), "second");
        agent.Restart();
        agent.Cluster.Faults.Break("/apis/rbac.authorization.k8s.io/v1", 503);

        await agent.WithdrawAsync("first");
        agent.Cluster.Faults.Break("", 0);

        (await agent.FindAsync(Reader)).Should().NotBeNull("the second names it too");
    }

    private static string ARole(string? ns) => "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: reader\n"
        + (ns is null ? "" : $"  namespace: {ns}\n") + "rules: []\n---\n";
}
