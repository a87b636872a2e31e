using System.Text.Json.Nodes;
using Brokkr.Agent;
using Brokkr.DemoCluster.Api;
using Brokkr.Tests.Broker;

namespace Brokkr.Tests.EndToEnd;

/// <summary>Broker, agent and recorded cluster together, over real connections.</summary>
public sealed class MainJobTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_change_in_the_cluster_changes_the_row_and_diagnostics_come_back()
    {
        await using var cluster = DemoClusterApp.Create(new() { Token = "cluster-token" });
        await cluster.StartAsync();
        var kubeconfig = Path.Combine(Path.GetTempPath(), $"brokkr-{Guid.NewGuid():N}");
        DemoKubeconfig.Write(kubeconfig, cluster.Urls.First(), "cluster-token");
        var (crashStack, crash) = await GivenScenarioAsync("crash-loop");
        var (webStack, web) = await GivenScenarioAsync("healthy-web");
        var agent = await broker.GivenAgentAsync(crashStack, webStack);
        using var host = AgentApp.Create(new()
        {
            BrokerUrl = $"http://{broker.Grpc.Target}",
            AgentId = agent.Id,
            Pak = agent.Pak,
            PollInterval = 1,
            Kubeconfig = kubeconfig,
        });
        await host.StartAsync();

        (await StatusBecomesAsync(crash, "degraded"))["summary"]!["conditions"]!.AsArray().Select(c => c!.GetValue<string>()).Should().Contain("CrashLoopBackOff");
        (await StatusBecomesAsync(web, "healthy"))["summary"]!["pods_ready"]!.GetValue<int>().Should().Be(2);

        var (_, request) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{crash}/diagnostics", broker.AdminPak);
        var diagnostic = await BecomesAsync($"/api/v1/diagnostics/{request["request_id"]}", d => d["status"]!.GetValue<string>() == "completed");
        var result = diagnostic["result"]!;
        result["log_tails"]!.ToJsonString().Should().Contain("Error connecting to database");
        result["previous_log_tails"]!.ToJsonString().Should().Contain("Error connecting to database");
        result["pod_statuses"]![0]!["container_statuses"]![0]!["last_state"]!["exit_code"]!.GetValue<int>().Should().Be(3);
        result["events"]!.AsArray().Select(e => e!["reason"]!.GetValue<string>()).Should().Contain("BackOff");

        using var http = new HttpClient { BaseAddress = new(cluster.Urls.First()), DefaultRequestHeaders = { Authorization = new("Bearer", "cluster-token") } };
        (await http.DeleteAsync("/apis/apps/v1/namespaces/prod/deployments/web")).EnsureSuccessStatusCode();
        using var past = new StringContent("""{"spec":{"replicas":0},"status":{"replicas":0}}""", System.Text.Encoding.UTF8, "application/merge-patch+json");
        (await http.PatchAsync("/apis/apps/v1/namespaces/prod/deployments/crash", past)).EnsureSuccessStatusCode();
        await BecomesAsync($"/api/v1/deployment-objects/{web}/health", h => h["summary"]!["pods_ready"]!.GetValue<int>() == 0);

        await host.StopAsync();
        File.Delete(kubeconfig);
    }

    private async Task<(string Stack, string Object)> GivenScenarioAsync(string name)
    {
        var stack = await broker.GivenStackAsync();
        var yaml = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Fixtures, "scenarios", $"{name}.yaml"));
        var (status, body) = await broker.RestAsync(
            HttpMethod.Post, $"/api/v1/stacks/{stack}/deployment-objects", broker.AdminPak, new JsonObject { ["name"] = name, ["yaml"] = yaml }.ToJsonString());
        status.Should().Be(201, body.ToJsonString());
        return (stack, body["id"]!.GetValue<string>());
    }

    private Task<JsonNode> StatusBecomesAsync(string id, string status) =>
        BecomesAsync($"/api/v1/deployment-objects/{id}/health", h => h["status"]!.GetValue<string>() == status);

    private async Task<JsonNode> BecomesAsync(string path, Func<JsonNode, bool> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (_, body) = await broker.RestAsync(HttpMethod.Get, path, broker.AdminPak);
            if (isSo(body))
                return body;
            TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(Patience, body.ToJsonString());
            await Task.Delay(100);
        }
    }
}
