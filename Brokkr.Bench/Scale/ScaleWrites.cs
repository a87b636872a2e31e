using System.Text.Json.Nodes;

namespace Brokkr.Bench.Scale;

/// <summary>
/// Every write that touches one agent or none, each call on an agent of its own, in an order in which each finds what it needs. What asks
/// other machines, sending a test to a receiver and sending a message again, is not among them.
/// </summary>
internal static class ScaleWrites
{
    public const double Limit = 20;

    /// <summary>How often each is made at most.</summary>
    public const int Most = 50;

    public static IEnumerable<ScaleCall> Of(ScaleFleet fleet, Func<int, long> epochs, Func<int, Guid> objects)
    {
        // What calls make by their number, for those that follow them.
        Dictionary<int, string> requests = [], paks = [], rules = [], silences = [], created = [];
        var times = fleet.Times(Most);
        return
        [
            AsAgent("report of one object", HttpMethod.Patch, "health-status", n => Report(n, 2, "degraded")),
            AsAgent("report that confirms everything", HttpMethod.Patch, "health-status", n => new JsonObject
            {
                ["epoch"] = epochs(n), ["sequence"] = 3, ["confirms_through"] = 2,
            }),
            AsAgent("target state, all of it", HttpMethod.Get, "target-state"),
            AsAgent("poll for diagnostics", HttpMethod.Get, "diagnostics/pending?wait_seconds=0"),
            AsAgent("facts of an agent", HttpMethod.Post, "facts", _ => new JsonObject
            {
                ["missing_rights"] = new JsonArray(new JsonObject { ["resource"] = "pods", ["verbs"] = new JsonArray("list") }),
            }),
            AsAdmin("request a diagnostic", HttpMethod.Post, n => $"deployment-objects/{objects(n)}/diagnostics",
                n => new JsonObject { ["agent_id"] = $"{fleet.Agent(n).Id}" }) with
            {
                Keep = (n, answer) => requests[n] = (string)answer["request_id"]!,
            },
            Diagnostic("claim a diagnostic", "claim", _ => null),
            Diagnostic("submit a result", "result", _ => new JsonObject { ["attempt"] = 1 }),
            AsAdmin("read a diagnostic", HttpMethod.Get, n => $"diagnostics/{requests[n]}"),
            AsAdmin("request another", HttpMethod.Post, n => $"deployment-objects/{objects(n)}/diagnostics",
                n => new JsonObject { ["agent_id"] = $"{fleet.Agent(n).Id}" }) with
            {
                Keep = (n, answer) => requests[n] = (string)answer["request_id"]!,
            },
            AsAdmin("cancel a diagnostic", HttpMethod.Post, n => $"diagnostics/{requests[n]}/cancel"),
            AsAgent("start a session", HttpMethod.Post, "sessions", _ => new JsonObject { ["report_interval_seconds"] = 60 }),
            AsAdmin("create an agent", HttpMethod.Post, _ => "agents", n => new JsonObject { ["name"] = $"new-{n}" }) with
            {
                Keep = (n, answer) => created[n] = (string)answer["agent"]!["id"]!,
            },
            AsAdmin("add a target of 100 objects", HttpMethod.Post, n => $"agents/{created[n]}/targets",
                _ => new JsonObject { ["stack_id"] = $"{fleet.Stack}" }),
            AsAdmin("remove a target", HttpMethod.Delete, n => $"agents/{created[n]}/targets/{fleet.Stack}"),
            AsAdmin("rotate an agent's key", HttpMethod.Post, n => $"agents/{created[n]}/rotate-pak"),
            AsAdmin("delete an agent", HttpMethod.Delete, n => $"agents/{created[n]}"),
            AsAdmin("create a key", HttpMethod.Post, _ => "paks", n => new JsonObject { ["name"] = $"key-{n}", ["role"] = "reader" }) with
            {
                Keep = (n, answer) => paks[n] = (string)answer["key"]!["id"]!,
            },
            AsAdmin("rotate a key", HttpMethod.Post, n => $"paks/{paks[n]}/rotate"),
            AsAdmin("revoke a key", HttpMethod.Delete, n => $"paks/{paks[n]}"),
            AsAdmin("create a rule", HttpMethod.Post, _ => "alert-rules", n => Rule($"rule-{n}")) with
            {
                Keep = (n, answer) => rules[n] = (string)answer["id"]!,
            },
            AsAdmin("change a rule", HttpMethod.Patch, n => $"alert-rules/{rules[n]}",
                _ => new JsonObject { ["rule"] = new JsonObject { ["recover_seconds"] = 300 } }),
            AsAdmin("preview a rule of one stack", HttpMethod.Post, _ => "alert-rules/preview", _ => Rule("preview")),
            AsAdmin("delete a rule", HttpMethod.Delete, n => $"alert-rules/{rules[n]}"),
            AsAdmin("silence a name", HttpMethod.Post, _ => "alert-silences", n => new JsonObject
            {
                ["silence"] = new JsonObject
                {
                    ["names"] = new JsonArray($"name-{n}"),
                    ["comment"] = "bench",
                    ["ends_at"] = $"{TimeProvider.System.GetUtcNow().AddHours(1):O}",
                },
            }) with { Keep = (n, answer) => silences[n] = (string)answer["id"]! },
            AsAdmin("end a silence", HttpMethod.Delete, n => $"alert-silences/{silences[n]}"),
        ];

        ScaleCall AsAdmin(string name, HttpMethod method, Func<int, string> path, Func<int, JsonNode?>? body = null) =>
            new(name, method, path, Limit) { Body = body ?? (_ => null), Times = times };

        ScaleCall AsAgent(string name, HttpMethod method, string path, Func<int, JsonNode?>? body = null) =>
            AsAdmin(name, method, n => $"agents/{fleet.Agent(n).Id}/{path}", body) with { Pak = n => fleet.Agent(n).Pak };

        ScaleCall Diagnostic(string name, string verb, Func<int, JsonNode?> body) =>
            AsAdmin(name, HttpMethod.Post, n => $"diagnostics/{requests[n]}/{verb}", body) with { Pak = n => fleet.Agent(n).Pak };

        JsonObject Report(int n, long sequence, string status) => new()
        {
            ["epoch"] = epochs(n),
            ["sequence"] = sequence,
            ["deployment_objects"] = new JsonArray(new JsonObject
            {
                ["id"] = $"{objects(n)}",
                ["status"] = status,
                ["summary"] = new JsonObject
                {
                    ["pods_ready"] = 9,
                    ["pods_total"] = 10,
                    ["conditions"] = new JsonArray("ReadinessFailing"),
                },
            }),
        };

        JsonObject Rule(string name) => new()
        {
            ["rule"] = new JsonObject { ["name"] = name, ["stack_ids"] = new JsonArray($"{fleet.Stack}") },
        };
    }
}
