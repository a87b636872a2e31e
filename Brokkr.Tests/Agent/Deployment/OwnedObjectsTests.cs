using static Brokkr.Tests.Agent.Deployment.ApplyTests;

namespace Brokkr.Tests.Agent.Deployment;

/// <summary>What has owners is no obstacle to a deletion where its owners go too, and is one where they stay.</summary>
public class OwnedObjectsTests
{
    private const string Fresh = "apiVersion: v1\nkind: Namespace\nmetadata: {name: fresh}\n---\n";
    private const string FreshPath = "/api/v1/namespaces/fresh";
    private const string Widgets = "/apis/example.com/v1/namespaces/prod/widgets";

    [Fact]
    public async Task A_definition_stays_while_objects_of_it_have_owners_that_stay()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(WidgetDefinition + AWidget("ours"));
        await agent.CreateAsync("/api/v1/namespaces/prod/configmaps", """{"metadata":{"name":"their-controller"}}""");
        var uid = (await agent.FindAsync("/api/v1/namespaces/prod/configmaps/their-controller"))!["metadata"]!["uid"]!.ToString();
        await agent.CreateAsync(Widgets, Owned("theirs", "v1", "ConfigMap", "their-controller", uid));

        await agent.WithdrawAsync();

        (await agent.FindAsync($"{Widgets}/theirs")).Should().NotBeNull();
        (await agent.FindAsync($"{Widgets}/ours")).Should().BeNull();
        agent.Log.All.Should().ContainSingle(l => l.Text.Contains("it holds the Widget theirs, whose owner stays: ConfigMap their-controller"));
    }

    [Fact]
    public async Task A_definition_goes_with_objects_whose_owners_went_before()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(WidgetDefinition + AConfigMap("settings", "a: one"));
        var uid = (await agent.FindAsync(Settings))!["metadata"]!["uid"]!.ToString();
        await agent.CreateAsync(Widgets, Owned("made", "v1", "ConfigMap", "settings", uid));
        await agent.CreateAsync(Widgets, Owned("left", "v1", "ConfigMap", "settings", $"{Guid.NewGuid()}"));

        await agent.WithdrawAsync();

        (await agent.FindAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com")).Should().BeNull();
    }

    [Fact]
    public async Task A_namespace_stays_while_an_owner_outside_of_it_stays()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(Fresh);
        await agent.CreateAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", """{"metadata":{"name":"operator"}}""");
        var uid = (await agent.FindAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles/operator"))!["metadata"]!["uid"]!.ToString();
        await agent.CreateAsync($"{FreshPath}/secrets", Owned("made", "rbac.authorization.k8s.io/v1", "ClusterRole", "operator", uid));
        var made = (await agent.FindAsync($"{FreshPath}/secrets/made"))!["metadata"]!["uid"]!.ToString();
        await agent.CreateAsync($"{FreshPath}/configmaps", Owned("below", "v1", "Secret", "made", made));

        await agent.WithdrawAsync();

        (await agent.FindAsync(FreshPath)).Should().NotBeNull();
        (await agent.Cluster.Client.DeleteAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles/operator")).EnsureSuccessStatusCode();
        await agent.PassAsync(TimeSpan.FromMinutes(6));
        (await agent.FindAsync(FreshPath)).Should().BeNull();
    }

    [Fact]
    public async Task A_namespace_goes_with_what_the_deleted_objects_own()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(Fresh + AConfigMap("settings", "a: one", ns: "fresh"));
        var uid = (await agent.FindAsync($"{FreshPath}/configmaps/settings"))!["metadata"]!["uid"]!.ToString();
        await agent.CreateAsync($"{FreshPath}/secrets", Owned("made", "v1", "ConfigMap", "settings", uid));
        var made = (await agent.FindAsync($"{FreshPath}/secrets/made"))!["metadata"]!["uid"]!.ToString();
        await agent.CreateAsync($"{FreshPath}/configmaps", Owned("below", "v1", "Secret", "made", made));

        await agent.WithdrawAsync();

        (await agent.FindAsync(FreshPath)).Should().BeNull();
    }

    [Fact]
    public async Task Owners_in_a_circle_are_somebody_elses()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(Fresh);
        await agent.CreateAsync($"{FreshPath}/configmaps", """{"metadata":{"name":"one"}}""");
        var one = (await agent.FindAsync($"{FreshPath}/configmaps/one"))!["metadata"]!["uid"]!.ToString();
        await agent.CreateAsync($"{FreshPath}/configmaps", Owned("two", "v1", "ConfigMap", "one", one));
        var two = (await agent.FindAsync($"{FreshPath}/configmaps/two"))!["metadata"]!["uid"]!.ToString();
        await agent.EditAsync($"{FreshPath}/configmaps/one", Owned("one", "v1", "ConfigMap", "two", two));

        await agent.WithdrawAsync();

        (await agent.FindAsync(FreshPath)).Should().NotBeNull();
    }

    private static string Owned(string name, string apiVersion, string kind, string owner, string uid) =>
        $$$"""
        {"metadata":{"name":"{{{name}}}",
         "ownerReferences":[{"apiVersion":"{{{apiVersion}}}","kind":"{{{kind}}}","name":"{{{owner}}}","uid":"{{{uid}}}"}]}}
        """;
}
