using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Ui;

/// <summary>A fleet as an operator might meet it at three in the morning: most of it well, some of it not, one cluster silent.</summary>
internal static class ExampleFleet
{
    private static readonly string[] Clusters = ["eu-1", "eu-2", "eu-3", "us-1", "us-2", "ap-1"];

    private static readonly (string Stack, string Name, int Pods)[] Objects =
    [
        ("shop", "web", 3), ("shop", "checkout", 2), ("shop", "catalog", 4), ("shop", "search", 2), ("payments", "ledger", 2),
        ("payments", "gateway", 3), ("platform", "ingress", 2), ("platform", "metrics", 1),
    ];

    /// <summary>Answers the page of what is ill.</summary>
    public static async Task<string> GivenAsync(BrokerFixture broker)
    {
        var (stacks, objects) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var (stack, name, _) in Objects)
        {
            if (!stacks.ContainsKey(stack))
                stacks[stack] = await MakeAsync(broker, "stacks", stack);
            objects[name] = await broker.GivenObjectAsync(stacks[stack], name);
        }

        foreach (var cluster in Clusters)
        {
            var (_, made) = await broker.RestAsync(HttpMethod.Post, "/api/v1/agents", broker.AdminPak, $$"""{"name":"{{cluster}}"}""");
            var agent = ((string)made["agent"]!["id"]!, (string)made["pak"]!);
            foreach (var stack in stacks.Values)
                await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{agent.Item1}/targets", broker.AdminPak, $$"""{"stack_id":"{{stack}}"}""");
            foreach (var (_, name, pods) in Objects)
                await ReportAsync(broker, agent, objects[name], name, pods, cluster);
            if (cluster == "ap-1")
            {
                await broker.AgeAsync($"p.agent_id = '{agent.Item1}'", 7200);
                await broker.SqlAsync($"UPDATE agents SET last_seen_at = NOW() - INTERVAL '2 hours' WHERE id = '{agent.Item1}'");
            }
        }

        return "/ui/objects/shop/web?agent=eu-3";
    }

    private static async Task<string> MakeAsync(BrokerFixture broker, string what, string name) =>
        (string)(await broker.RestAsync(HttpMethod.Post, $"/api/v1/{what}", broker.AdminPak, $$"""{"name":"{{name}}"}""")).Body["id"]!;

    private static async Task ReportAsync(BrokerFixture broker, (string Id, string Pak) agent, string id, string name, int pods, string cluster)
    {
        var (status, condition, message) = (name, cluster) switch
        {
            ("web", "eu-3" or "us-1" or "us-2") => ("failing", "CrashLoopBackOff", "panic: dial tcp 10.96.14.3:5432: connect: connection refused"),
            ("gateway", "eu-1" or "eu-2") => ("degraded", "ImagePullBackOff", "Back-off pulling image \"registry.example.com/gateway:2.14\": not found"),
            ("metrics", "us-2") => ("degraded", "OOMKilled", "the container needed more than its limit of 128Mi"),
            _ => ("healthy", "", ""),
        };
        var ready = status switch { "healthy" => pods, "failing" => 0, _ => pods - 1 };
        var summary = new JsonObject
        {
            ["pods_ready"] = ready,
            ["pods_total"] = pods,
            ["resources"] = new JsonArray(new JsonObject
            {
                ["kind"] = "Deployment",
                ["name"] = name,
                ["namespace"] = "prod",
                ["api_version"] = "apps/v1",
                ["ready"] = ready == pods,
                ["message"] = $"{ready} of {pods} replicas are ready",
                ["status"] = status,
            }),
        };
        if (condition.Length > 0)
        {
            summary["conditions"] = new JsonArray(condition);
            summary["findings"] = new JsonArray(new JsonObject
            {
                ["condition"] = condition,
                ["severity"] = status,
                ["kind"] = "Pod",
                ["name"] = $"{name}-7d4f8b9c5-x2x7k",
                ["namespace"] = "prod",
                ["container"] = "app",
                ["message"] = message,
                ["restarts"] = 7,
                ["since"] = DateTimeOffset.UtcNow.AddMinutes(-14).ToString("O"),
            });
        }

        var report = new JsonObject
        {
            ["deployment_objects"] = new JsonArray(new JsonObject
            {
                ["id"] = id,
                ["status"] = status,
                ["summary"] = summary,
                ["checked_at"] = DateTimeOffset.UtcNow.ToString("O"),
            }),
        };
        var (code, body) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak, report.ToJsonString());
        code.Should().Be(200, body.ToJsonString());
    }
}
