using System.Text.Json.Nodes;
using Brokkr.Tests.Broker;
using Grpc.Core;

namespace Brokkr.Tests.ForeignClients;

/// <summary>Clients that share no code with the broker, as operators have them.</summary>
public sealed class ForeignClientTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_node_client_finds_the_services_by_reflection_and_reports()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);

        var said = JsonNode.Parse(await RunAsync("node", ["report.mjs"], new JsonObject
        {
            ["address"] = broker.Grpc.Target,
            ["admin_pak"] = broker.AdminPak,
            ["agent_pak"] = agent.Pak,
            ["report"] = new JsonObject
            {
                ["agent_id"] = agent.Id,
                ["deployment_objects"] = new JsonArray(new JsonObject
                {
                    ["id"] = id,
                    ["status"] = "degraded",
                    ["summary"] = new JsonObject { ["pods_ready"] = 2, ["pods_total"] = 3, ["conditions"] = new JsonArray("ImagePullBackOff") },
                }),
            },
        }.ToJsonString()))!;

        foreach (var version in new[] { "v1", "v1alpha" })
        {
            said["services"]![version]!.AsArray().Select(s => s!.GetValue<string>()).Should().Contain(
                ["brokkr.v1.HealthService", "brokkr.v1.DiagnosticsService", "brokkr.v1.AgentService", "brokkr.v1.StackService", "grpc.health.v1.Health"]);
        }

        said["accepted"]!["accepted"]!.GetValue<int>().Should().Be(1, said.ToJsonString());
        said["refused"]!["code"]!.GetValue<int>().Should().Be((int)StatusCode.Unauthenticated);
        said["refused"]!["details"]!.GetValue<string>().Should().Contain("PAK");
        var (_, health) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health", broker.AdminPak);
        health["status"]!.GetValue<string>().Should().Be("degraded");
        health["summary"]!["conditions"]!.ToJsonString().Should().Be("""["ImagePullBackOff"]""");
    }

    [Fact]
    public async Task Curl_speaks_to_rest()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        var url = $"{broker.Http.BaseAddress}api/v1";
        string[] common = ["-s", "-w", "\n%{http_code} %{content_type}", "-H"];

        var patched = await RunAsync("curl", [.. common, $"Authorization: Bearer {agent.Pak}", "-X", "PATCH", "-H", "Content-Type: application/json", "-d",
            $$"""{"deployment_objects":[{"id":"{{id}}","status":"healthy"}]}""", $"{url}/agents/{agent.Id}/health-status"]);
        var read = await RunAsync("curl", [.. common, $"Authorization: Bearer {broker.AdminPak}", $"{url}/stacks/{stack}/health"]);
        var asked = await RunAsync("curl", [.. common, $"Authorization: Bearer {broker.AdminPak}", "-X", "POST", $"{url}/deployment-objects/{id}/diagnostics"]);
        var refused = await RunAsync("curl", ["-s", "-w", "\n%{http_code} %{content_type}", $"{url}/stacks"]);

        patched.Should().MatchRegex("200 application/json(; charset=utf-8)?$");
        read.Should().Contain("\"overall_status\":\"healthy\"").And.MatchRegex("200 application/json(; charset=utf-8)?$");
        asked.Should().Contain("pending").And.MatchRegex("202 application/json(; charset=utf-8)?$");
        refused.Should().Contain("\"error\":\"unauthenticated\"").And.MatchRegex("401 application/json(; charset=utf-8)?$");
    }

    private static Task<string> RunAsync(string program, IEnumerable<string> arguments, string input = "") =>
        ForeignProgram.RunAsync(program, arguments, ForeignProgram.ToolFolder("foreign-client"), input);
}
