using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Brokkr.Tests.Attack;

/// <summary>
/// One of several who make, use and delete the same few things at once, so that what a call is about may be gone, or there, before it ends.
/// </summary>
internal sealed class HostileChurn(Random random, HostileChurn.Commons commons, string adminPak, Func<HttpRequestMessage, Task<string?>> send)
{
    private const int Names = 3;

    public async Task StepAsync()
    {
        var (name, stack, held, agent) = ($"churn-{random.Next(Names)}", commons.Pick("stack", random), commons.Pick("object", random),
            commons.Pick("agent", random));
        switch (random.Next(24))
        {
            case 0: await MakeAsync("stack", "stacks", $$"""{"name":"{{name}}"}"""); break;
            case 1: await AdminAsync(HttpMethod.Delete, $"stacks/{stack}"); break;
            case 2 or 3: await MakeAsync("object", $"stacks/{stack}/deployment-objects", $$"""{"name":"web","yaml":"{{Yaml()}}"}"""); break;
            case 4: await AdminAsync(HttpMethod.Delete, $"deployment-objects/{held}"); break;
            case 5 or 6: await MakeAgentAsync(name); break;
            case 7: await AdminAsync(HttpMethod.Delete, $"agents/{agent}"); break;
            case 8 or 9: await AdminAsync(HttpMethod.Post, $"agents/{agent}/targets", $$"""{"stack_id":"{{stack}}"}"""); break;
            case 10: await AdminAsync(HttpMethod.Delete, $"agents/{agent}/targets/{stack}"); break;
            case 11: await RotateAsync(agent); break;
            case 12: await AgentAsync(HttpMethod.Post, agent, "sessions", "{}"); break;
            case 13 or 14:
                await AgentAsync(HttpMethod.Patch, agent, "health-status",
                    $$"""{"deployment_objects":[{"id":"{{held}}","status":"{{(random.Next(2) == 0 ? "failing" : "healthy")}}"}]}""");
                break;
            case 15: await AgentAsync(HttpMethod.Post, agent, "facts", """{"deletion_held":{"count":1,"number":1}}"""); break;
            case 16: await AgentAsync(HttpMethod.Get, agent, "target-state"); break;
            case 17: await MakeAsync("request", $"deployment-objects/{held}/diagnostics", $$"""{"agent_id":"{{agent}}"}"""); break;
            case 18: await AnswerAsync(agent, commons.Pick("request", random)); break;
            case 19: await AdminAsync(HttpMethod.Post, $"deployment-objects/{held}/rollback", "{}"); break;
            case 20: await KeyAsync(name); break;
            case 21: await MakeAsync("rule", "alert-rules", $$$"""{"rule":{"name":"{{{name}}}","stack_ids":["{{{stack}}}"]}}"""); break;
            case 22: await AdminAsync(HttpMethod.Delete, $"alert-rules/{commons.Pick("rule", random)}"); break;
            default: await ReadAsync(stack, held, agent); break;
        }
    }

    private string Yaml() => $"apiVersion: v1\\nkind: ConfigMap\\nmetadata: {{name: a}}\\n# {random.Next(Names)}\\n";

    private async Task ReadAsync(string stack, string held, string agent)
    {
        foreach (var path in (string[])["health?with_facets=true", $"stacks/{stack}/health", $"deployment-objects/{held}/health", $"agents/{agent}/health",
            $"deployment-objects/{held}/diff", "stacks?with_summary=true", "agents", "alerts", "health/groups", "health/changes"])
            await AdminAsync(HttpMethod.Get, path);
    }

    private async Task MakeAsync(string kind, string path, string json)
    {
        if (await AdminAsync(HttpMethod.Post, path, json) is { } made)
            commons.Add(kind, (string)(made["id"] ?? made["request_id"])!);
    }

    private async Task MakeAgentAsync(string name)
    {
        if (await AdminAsync(HttpMethod.Post, "agents", $$"""{"name":"{{name}}"}""") is not { } made)
            return;
        var id = (string)made["agent"]!["id"]!;
        commons.Paks[id] = (string)made["pak"]!;
        commons.Add("agent", id);
    }

    private async Task RotateAsync(string agent)
    {
        if (await AdminAsync(HttpMethod.Post, $"agents/{agent}/rotate-pak", """{"valid_old_for_minutes":0}""") is { } made)
            commons.Paks[agent] = (string)made["pak"]!;
    }

    private async Task KeyAsync(string name)
    {
        if (await AdminAsync(HttpMethod.Post, "paks", $$"""{"name":"{{name}}","role":"reader"}""") is { } made)
            commons.Add("pak", (string)made["key"]!["id"]!);
        var id = commons.Pick("pak", random);
        if (await AdminAsync(HttpMethod.Post, $"paks/{id}/rotate", "{}") is { } next)
            commons.Add("pak", (string)next["key"]!["id"]!);
        await AdminAsync(HttpMethod.Delete, $"paks/{id}");
    }

    private async Task AnswerAsync(string agent, string request)
    {
        if (!commons.Paks.TryGetValue(agent, out var pak))
            return;
        await SendAsync(HttpMethod.Post, $"diagnostics/{request}/claim", pak, "{}");
        await SendAsync(HttpMethod.Post, $"diagnostics/{request}/result", pak, """{"log_tails":{"a/b":["x"]}}""");
        await AdminAsync(HttpMethod.Post, $"diagnostics/{request}/cancel", "{}");
    }

    private Task<JsonNode?> AgentAsync(HttpMethod method, string agent, string path, string? json = null) =>
        SendAsync(method, $"agents/{agent}/{path}", commons.Paks.GetValueOrDefault(agent, "none"), json);

    private Task<JsonNode?> AdminAsync(HttpMethod method, string path, string? json = null) => SendAsync(method, path, adminPak, json);

    private async Task<JsonNode?> SendAsync(HttpMethod method, string path, string pak, string? json)
    {
        var request = new HttpRequestMessage(method, $"/api/v1/{path}")
        {
            Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", pak);
        return await send(request) is { Length: > 0 } body ? JsonNode.Parse(body) : null;
    }

    /// <summary>What was made lately, by whomever, and may be gone.</summary>
    internal sealed class Commons
    {
        private readonly ConcurrentDictionary<string, string[]> _lately = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, string> Paks { get; } = new(StringComparer.Ordinal);

        public void Add(string kind, string id) => _lately.AddOrUpdate(kind, [id], (_, ids) => [.. ids.TakeLast(Names), id]);

        public string Pick(string kind, Random random) =>
            _lately.TryGetValue(kind, out var ids) ? ids[random.Next(ids.Length)] : Guid.Empty.ToString();
    }
}
