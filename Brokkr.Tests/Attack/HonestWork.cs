using System.Text.Json.Nodes;

namespace Brokkr.Tests.Attack;

/// <summary>An agent that reports and answers, and a reader who looks, while others attack: each answer is compared with what it must be.</summary>
internal sealed class HonestWork(AttackedBroker broker, string readerPak)
{
    private static readonly string[] Statuses = ["healthy", "degraded", "failing"];

    private (string Stack, string Object, string Agent, string Pak) _own;

    /// <summary>How often everything was done, and was right.</summary>
    public int Rounds { get; private set; }

    public async Task PrepareAsync() => _own = await GivenAsync(broker, "honest");

    /// <summary>A stack with one deployment object, and an agent for it.</summary>
    public static async Task<(string Stack, string Object, string Agent, string Pak)> GivenAsync(AttackedBroker broker, string name)
    {
        var stack = (string)(await broker.CallAsync(HttpMethod.Post, "/api/v1/stacks", broker.AdminPak, $$"""{"name":"{{name}}"}"""))["id"]!;
        var held = await GivenObjectAsync(broker, stack, "web");
        var agent = await broker.CallAsync(HttpMethod.Post, "/api/v1/agents", broker.AdminPak, $$"""{"name":"{{name}}"}""");
        var id = (string)agent["agent"]!["id"]!;
        await broker.CallAsync(HttpMethod.Post, $"/api/v1/agents/{id}/targets", broker.AdminPak, $$"""{"stack_id":"{{stack}}"}""");
        return (stack, held, id, (string)agent["pak"]!);
    }

    public static async Task<string> GivenObjectAsync(AttackedBroker broker, string stack, string name) =>
        (string)(await broker.CallAsync(HttpMethod.Post, $"/api/v1/stacks/{stack}/deployment-objects", broker.AdminPak,
            $$"""{"name":"{{name}}","yaml":"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"}"""))["id"]!;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await RoundAsync();
            await Task.Delay(50, CancellationToken.None);
        }
    }

    public async Task RoundAsync()
    {
        await ReportAndReadAsync(Statuses[Rounds % Statuses.Length]);
        if (Rounds % 5 == 0)
            await DiagnoseAsync();
        Rounds++;
    }

    private async Task ReportAndReadAsync(string status)
    {
        var (ready, word) = (Rounds, $"Word{Rounds % 7}");
        var reported = await broker.CallAsync(HttpMethod.Patch, $"/api/v1/agents/{_own.Agent}/health-status", _own.Pak, $$$"""
            {"deployment_objects":[{"id":"{{{_own.Object}}}","status":"{{{status}}}",
              "summary":{"pods_ready":{{{ready}}},"pods_total":{{{ready}}},"conditions":["{{{word}}}"],"resources":[]}}]}
            """);
        ((int)reported["accepted"]!).Should().Be(1, reported.ToJsonString());

        var read = await broker.CallAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{_own.Object}/health", readerPak);
        Shown(read).Should().Be($"{status} {ready} {word}", read.ToJsonString());
        var listed = (await broker.CallAsync(HttpMethod.Get, $"/api/v1/health?agent_id={_own.Agent}", readerPak))["deployment_objects"]!.AsArray();
        listed.Select(o => Shown(o!)).Should().Equal($"{status} {ready} {word}");
        var stack = await broker.CallAsync(HttpMethod.Get, $"/api/v1/stacks/{_own.Stack}/health", readerPak);
        ((string)stack["overall_status"]!).Should().Be(status);
        foreach (var path in (string[])["health", "health?order_by=since", "health/groups", "health/changes", "agents", "stacks", $"agents/{_own.Agent}/health",
            $"deployment-objects/{_own.Object}/health/history"])
            await broker.CallAsync(HttpMethod.Get, $"/api/v1/{path}", readerPak);
        foreach (var path in (string[])["paks", "audit-events"])
            await broker.CallAsync(HttpMethod.Get, $"/api/v1/{path}", broker.AdminPak);
    }

    private async Task DiagnoseAsync()
    {
        var asked = (string)(await broker.CallAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{_own.Object}/diagnostics", broker.AdminPak))["request_id"]!;
        var claim = await broker.CallAsync(HttpMethod.Post, $"/api/v1/diagnostics/{asked}/claim", _own.Pak);
        await broker.CallAsync(HttpMethod.Post, $"/api/v1/diagnostics/{asked}/result", _own.Pak,
            $$$"""{"attempt":{{{claim["attempt"]}}},"log_tails":{"web-1/app":["line {{{Rounds}}}"]}}""");

        var result = (await broker.CallAsync(HttpMethod.Get, $"/api/v1/diagnostics/{asked}", readerPak))["result"]!;
        ((string)result["log_tails"]!["web-1/app"]![0]!).Should().Be($"line {Rounds}");
    }

    private static string Shown(JsonNode health) =>
        $"{health["status"]} {health["summary"]!["pods_ready"]} {string.Join(',', health["summary"]!["conditions"]!.AsArray())}";
}
