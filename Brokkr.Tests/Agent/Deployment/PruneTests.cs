using static Brokkr.Tests.Agent.Deployment.ApplyTests;

namespace Brokkr.Tests.Agent.Deployment;

/// <summary>What is deleted, and what never is.</summary>
public class PruneTests
{
    private const string Other = "/api/v1/namespaces/prod/configmaps/other";
    private const string Fresh = "apiVersion: v1\nkind: Namespace\nmetadata: {name: fresh}\n---\n";

    private const string Taken = "brokkr.io/force-conflicts: \"true\"";

    [Fact]
    public async Task What_a_newer_revision_dropped_is_deleted_also_by_the_next_process()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one") + AConfigMap("other", "a: one"));

        agent.Restart();
        await agent.SubmitAsync(AConfigMap("settings", "a: one"));

        (await agent.FindAsync(Other)).Should().BeNull();
        (await agent.FindAsync(Settings)).Should().NotBeNull();
        agent.Log.All.Should().ContainSingle(l => l.Text == "web: deleted ConfigMap prod/other, which no manifest names any more");
    }

    [Fact]
    public async Task An_object_that_says_so_is_left()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one") + AConfigMap("other", "a: one", "brokkr.io/prune: \"false\""));

        await agent.SubmitAsync(AConfigMap("settings", "a: one"));
        await agent.WithdrawAsync();

        (await agent.FindAsync(Other)).Should().NotBeNull();
        (await agent.FindAsync(Settings)).Should().BeNull();
    }

    [Fact]
    public async Task What_is_not_named_any_more_at_all_is_deleted_also_by_the_next_process()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one") + ADeployment("shop", "1"));

        agent.Restart();
        await agent.WithdrawAsync();

        (await agent.FindAsync(Settings)).Should().BeNull();
        (await agent.FindAsync("/apis/apps/v1/namespaces/prod/deployments/shop")).Should().BeNull();
        (await agent.FindAsync("/api/v1/namespaces/default/configmaps?labelSelector=brokkr.io/inventory-of"))!["items"]!.AsArray().Should()
            .BeEmpty("its list goes too");
    }

    [Fact]
    public async Task Before_the_broker_has_spoken_nothing_is_deleted()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one"));
        await using var next = agent.Another();
        next.Options.Connection.AgentId = "agent-1";

        await next.PassAsync();

        (await agent.FindAsync(Settings)).Should().NotBeNull();
    }

    [Fact]
    public async Task An_object_that_somebody_made_anew_is_left()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one") + AConfigMap("other", "a: one"));
        (await agent.Cluster.Client.DeleteAsync(Other)).EnsureSuccessStatusCode();
        await agent.CreateAsync("/api/v1/namespaces/prod/configmaps", """{"metadata":{"name":"other"}}""");

        await agent.SubmitAsync(AConfigMap("settings", "a: one"));

        (await agent.FindAsync(Other)).Should().NotBeNull();
    }

    [Fact]
    public async Task Nothing_is_deleted_while_something_of_the_newer_revision_is_refused()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one") + AConfigMap("other", "a: one"));
        await agent.EditAsync(Settings, """{"data":{"a":"edited"}}""");

        await agent.SubmitAsync(AConfigMap("settings", "a: two"));
        (await agent.FindAsync(Other)).Should().NotBeNull();

        await agent.SubmitAsync(AConfigMap("settings", "a: two", Taken));
        (await agent.FindAsync(Other)).Should().BeNull();
    }

    [Fact]
    public async Task An_object_that_somebody_makes_anew_while_it_is_deleted_is_left()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("other", "a: one"));
        var seen = (await agent.Writer.LookAsync(Other, CancellationToken.None)).Found!.Metadata.Uid!;
        (await agent.Cluster.Client.DeleteAsync(Other)).EnsureSuccessStatusCode();
        await agent.CreateAsync("/api/v1/namespaces/prod/configmaps", """{"metadata":{"name":"other"}}""");

        var answer = await agent.Writer.DeleteAsync(Other, seen, CancellationToken.None);

        answer.Text.Should().Contain("The object might have been deleted and then recreated");
        (await agent.FindAsync(Other)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_namespace_goes_when_nothing_of_others_is_in_it()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(Fresh + AConfigMap("settings", "a: one", ns: "fresh"));

        await agent.WithdrawAsync();

        (await agent.FindAsync("/api/v1/namespaces/fresh")).Should().BeNull();
    }

    [Fact]
    public async Task A_namespace_with_something_of_others_stays_until_that_is_gone()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(Fresh + AConfigMap("settings", "a: one", ns: "fresh"));
        await agent.CreateAsync("/api/v1/namespaces/fresh/secrets", """{"metadata":{"name":"theirs"}}""");

        await agent.WithdrawAsync();

        (await agent.FindAsync("/api/v1/namespaces/fresh")).Should().NotBeNull();
        (await agent.FindAsync("/api/v1/namespaces/fresh/configmaps/settings")).Should().BeNull();
        agent.Log.All.Should().ContainSingle(l => l.Text.Contains("stays for now: it holds the Secret theirs"));
        (await agent.Cluster.Client.DeleteAsync("/api/v1/namespaces/fresh/secrets/theirs")).EnsureSuccessStatusCode();
        await agent.PassAsync(TimeSpan.FromMinutes(6));
        (await agent.FindAsync("/api/v1/namespaces/fresh")).Should().BeNull();
    }

    [Fact]
    public async Task A_namespace_that_cannot_be_looked_through_stays()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(Fresh);
        agent.Cluster.Faults.Deny("secrets");

        await agent.WithdrawAsync();

        (await agent.FindAsync("/api/v1/namespaces/fresh")).Should().NotBeNull();
        agent.Log.All.Should().ContainSingle(l => l.Text.Contains("whether it holds Secret objects of others could not be seen"));
    }

    [Fact]
    public async Task A_definition_with_resources_of_others_stays()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(WidgetDefinition + AWidget("ours"));
        await agent.CreateAsync("/apis/example.com/v1/namespaces/prod/widgets", """{"metadata":{"name":"theirs"}}""");

        await agent.WithdrawAsync();

        (await agent.FindAsync("/apis/example.com/v1/namespaces/prod/widgets/theirs")).Should().NotBeNull();
        (await agent.FindAsync("/apis/example.com/v1/namespaces/prod/widgets/ours")).Should().BeNull();
    }

    [Fact]
    public async Task Two_deployment_objects_that_name_the_same_resource_do_not_fight()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one"), "first");

        var second = await agent.SubmitAsync(AConfigMap("settings", "a: two"), "second");
        await agent.PassAsync(TimeSpan.FromMinutes(1));

        (await agent.FindAsync(Settings))!["data"]!["a"]!.ToString().Should().Be("one");
        agent.RefusedOf(second).Should().ContainSingle().Which.Should()
            .Contain($"It is applied for the deployment object first of the stack {Deploying.Stack}; name it in one");
        await agent.WithdrawAsync("first");
        await agent.PassAsync(TimeSpan.FromMinutes(6));
        (await agent.FindAsync(Settings))!["data"]!["a"]!.ToString().Should().Be("two", "it is handed over, not deleted");
        agent.RefusedOf(second).Should().BeEmpty();
    }

    [Fact]
    public async Task A_deployment_object_takes_a_resource_from_another_at_once_where_its_manifest_says_so()
    {
        await using var agent = await Deploying.StartAsync();
        var first = await agent.SubmitAsync(AConfigMap("settings", "a: one"), "first");

        var second = await agent.SubmitAsync(AConfigMap("settings", "a: two", Taken), "second");

        agent.RefusedOf(second).Should().BeEmpty();
        (await agent.FindAsync(Settings))!["data"]!["a"]!.ToString().Should().Be("two");
        await agent.PassAsync(TimeSpan.FromHours(8));
        (await agent.FindAsync(Settings))!["data"]!["a"]!.ToString().Should().Be("two", "the first does not take it back");
        agent.RefusedOf(first).Should().ContainSingle().Which.Should().Contain("It is applied for the deployment object second");
    }

    [Fact]
    public async Task Two_deployment_objects_that_both_take_the_same_resource_do_not_fight_either()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one", Taken), "first");
        agent.Clock.Advance(TimeSpan.FromSeconds(1));

        var second = await agent.SubmitAsync(AConfigMap("settings", "a: two", Taken), "second");
        await agent.PassAsync(TimeSpan.FromHours(8));

        agent.RefusedOf(second).Should().ContainSingle();
        (await agent.FindAsync(Settings))!["data"]!["a"]!.ToString().Should().Be("one");
    }

    [Fact]
    public async Task Two_agents_that_name_the_same_resource_do_not_fight()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one"));
        await using var another = agent.Another();

        var second = await another.SubmitAsync(AConfigMap("settings", "a: two"), "theirs");
        await another.WithdrawAsync("theirs");

        (await agent.FindAsync(Settings))!["data"]!["a"]!.ToString().Should().Be("one");
        another.Log.All.Should().ContainSingle(l => l.Text.Contains("by the agent agent-1"));
    }

    [Fact]
    public async Task A_job_that_removed_itself_does_not_run_again()
    {
        await using var agent = await Deploying.StartAsync();
        const string job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: once, namespace: prod}\nspec: {ttlSecondsAfterFinished: 60, template: {spec: "
            + "{containers: [{name: app, image: a}]}}}\n---\n";
        var target = await agent.SubmitAsync(job);
        (await agent.Cluster.Client.DeleteAsync("/apis/batch/v1/namespaces/prod/jobs/once")).EnsureSuccessStatusCode();

        agent.Restart();
        await agent.PassAsync(TimeSpan.FromDays(1));

        (await agent.FindAsync("/apis/batch/v1/namespaces/prod/jobs/once")).Should().BeNull();
        agent.RefusedOf(target).Should().BeEmpty();
        await agent.SubmitAsync(job);
        (await agent.FindAsync("/apis/batch/v1/namespaces/prod/jobs/once")).Should().NotBeNull("a new revision is a new run");
    }
}
