using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Tests.Agent.Deployment;

/// <summary>What counts as changed since it was applied: the fields that were applied, and nothing else.</summary>
public class DriftTests
{
    private const string Quota = "/api/v1/namespaces/prod/resourcequotas/limits";
    private static readonly ResourceId Id = new("", "ResourceQuota", "prod", "limits");

    [Fact]
    public async Task A_status_that_changes_all_the_time_is_no_change_where_objects_have_no_generation()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.WatchAsync();
        await agent.SubmitAsync(AQuota("10"));
        (await agent.FindAsync(Quota))!["metadata"]!["generation"].Should().BeNull("a real one has none");
        await agent.EditAsync($"{Quota}/status", """{"status":{"used":{"pods":"3"}}}""", "kube-controller-manager");
        var version = (await agent.FindAsync(Quota))!["metadata"]!["resourceVersion"]!.ToString();
        await agent.SeesAsync(s => s.Find(Id)?.Metadata.ResourceVersion == version);
        agent.Cluster.Requests.Reset();

        await agent.PassAsync(TimeSpan.FromMinutes(1));

        agent.Writes.Should().BeEmpty();
        agent.Log.All.Should().NotContain(l => l.Text.Contains("changed or went"));
    }

    [Fact]
    public async Task A_field_that_others_add_is_no_change_and_one_that_they_take_is()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.WatchAsync();
        var target = await agent.SubmitAsync(AQuota("10"));
        await agent.EditAsync(Quota, """{"spec":{"hard":{"services":"5"}},"metadata":{"labels":{"team":"a"}}}""");
        var version = (await agent.FindAsync(Quota))!["metadata"]!["resourceVersion"]!.ToString();
        await agent.SeesAsync(s => s.Find(Id)?.Metadata.ResourceVersion == version);
        agent.Cluster.Requests.Reset();

        await agent.PassAsync(TimeSpan.FromMinutes(1));

        agent.Writes.Should().BeEmpty();
        await agent.EditAsync(Quota, """{"spec":{"hard":{"pods":"99"}}}""");
        version = (await agent.FindAsync(Quota))!["metadata"]!["resourceVersion"]!.ToString();
        await agent.SeesAsync(s => s.Find(Id)?.Metadata.ResourceVersion == version);
        await agent.PassAsync(TimeSpan.FromMinutes(1));
        agent.RefusedOf(target).Should().ContainSingle().Which.Should().Contain(".spec.hard.pods");
    }

    private static string AQuota(string pods) =>
        $"apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: limits, namespace: prod}}\nspec: {{hard: {{pods: \"{pods}\"}}}}\n---\n";
}
