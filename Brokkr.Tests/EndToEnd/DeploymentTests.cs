using System.Text.Json.Nodes;
using Brokkr.Agent.Deployment;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static Brokkr.Tests.Agent.Deployment.ApplyTests;

namespace Brokkr.Tests.EndToEnd;

/// <summary>From a manifest that an operator submits to the objects in the cluster, and back to what the operator reads.</summary>
public sealed class DeploymentTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string Fresh = "/apis/apps/v1/namespaces/prod/deployments/fresh";

    [Fact]
    public async Task A_submitted_manifest_is_applied_and_its_health_is_what_the_cluster_says_until_the_stack_is_deleted()
    {
        await using var cluster = await WatchedCluster.StartAsync(broker, "apply",
            new Dictionary<string, string> { ["web"] = ADeployment("fresh", "0") + AConfigMap("fresh", "a: one") });
        using var http = cluster.Client();

        await Eventually.IsAsync("the Deployment is there", async () => await IsThereAsync(http, Fresh));
        await LookAtAsync(http);
        await cluster.HealthBecomesAsync("web", h =>
            h["status"]!.ToString() == "healthy" && Rows(h).Contains("ConfigMap fresh healthy") && Rows(h).Contains("Deployment fresh healthy"));
        await cluster.SubmitAsync("web", ADeployment("fresh", "0"));
        await Eventually.IsAsync("what the revision dropped is gone", async () => !await IsThereAsync(http, "/api/v1/namespaces/prod/configmaps/fresh"));
        (await http.GetAsync(Fresh)).EnsureSuccessStatusCode();
        await cluster.DeleteStackAsync("web");

        await Eventually.IsAsync("the stack's objects are gone", async () => !await IsThereAsync(http, Fresh));
        (await http.GetAsync("/apis/apps/v1/namespaces/prod/deployments/web")).IsSuccessStatusCode.Should().BeTrue("others' are not touched");
    }

    [Fact]
    public async Task What_the_api_server_refuses_is_in_the_health_with_its_sentence_until_it_is_mended()
    {
        await using var cluster =
            await WatchedCluster.StartAsync(broker, "apply", new Dictionary<string, string> { ["web"] = ADeployment("fresh", "\"many\"") });

        var refused = await cluster.HealthBecomesAsync("web", h => h["summary"]?["conditions"]?.AsArray().Any(c => c!.ToString() == "ApplyFailed") == true);

        refused["status"]!.ToString().Should().Be("failing");
        var row = refused["summary"]!["resources"]![0]!;
        row["status"]!.ToString().Should().Be("failing");
        row["message"]!.ToString().Should().Be(
            "failed to create typed patch object (prod/fresh; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string");
        await cluster.SubmitAsync("web", ADeployment("fresh", "0"));
        await cluster.HealthBecomesAsync("web", h => h["status"]!.ToString() == "healthy");
    }

    [Fact]
    public async Task An_agent_that_observes_writes_nothing()
    {
        await using var cluster = await WatchedCluster.StartAsync(
            broker, "observe",
            new Dictionary<string, string> { ["missing"] = AConfigMap("fresh", "a: one"), ["malformed"] = ADeployment("fresh", "\"many\"") });
        await cluster.HealthBecomesAsync("missing", h => h["summary"]?["conditions"]?.AsArray().Any(c => c!.ToString() == "ResourceMissing") == true);

        cluster.Requests.All.Select(r => r.Verb).Should().BeSubsetOf(["get", "list", "watch", "create"]);
        cluster.Requests.All.Where(r => r.Verb == "create").Select(r => r.Path).Should()
            .BeSubsetOf(["/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"], "asking for rights changes nothing");
        cluster.Agent.GetServices<IHostedService>().OfType<DeploymentReconciler>().Single().ExecuteTask!.IsCompleted.Should()
            .BeTrue("there is nothing that would apply");
    }

    private static List<string> Rows(JsonNode health) =>
        [.. (health["summary"]?["resources"]?.AsArray() ?? []).Select(r => $"{r!["kind"]} {r["name"]} {r["status"]}")];

    /// <summary>Notes in the status of the Deployment that its controller has seen it, as one does in a cluster.</summary>
    private static async Task LookAtAsync(HttpClient http)
    {
        var deployment = JsonNode.Parse(await http.GetStringAsync(Fresh))!;
        deployment["status"] = new JsonObject { ["observedGeneration"] = deployment["metadata"]!["generation"]!.DeepClone() };
        using var body = new StringContent(deployment.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        (await http.PutAsync($"{Fresh}/status", body)).EnsureSuccessStatusCode();
    }

    private static async Task<bool> IsThereAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        return answer.IsSuccessStatusCode;
    }
}
