using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Brokkr.Tests.Broker.Ui;

/// <summary>Whatever a cluster says is text on a page and nothing else, in a real browser.</summary>
public sealed class HostileTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private const string Payload = "\"'><img src=x onerror=window.owned=1><script>window.owned=1</script><svg onload=window.owned=1>{{7*7}}";

    /// <summary>Texts of clusters that are no words of the contracts and no names that lead from one field to another.</summary>
    private static readonly HashSet<string> Texts =
    [
        "message", "advice", "reason", "container", "node_name", "controlled_by", "image", "image_id", "qos_class", "target", "source", "phase",
        "storage_class", "volume_name", "requested", "revision", "query", "kind", "namespace",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_cluster_says_is_inert_in_every_field(bool script)
    {
        var broker = console.Broker;
        var stack = await broker.GivenStackAsync();
        var web = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        var report = new JsonObject
        {
            ["deployment_objects"] = new JsonArray(new JsonObject
            {
                ["id"] = web,
                ["status"] = "failing",
                ["checked_at"] = "2026-01-15T10:30:00Z",
                ["summary"] = new JsonObject
                {
                    ["pods_ready"] = 0,
                    ["pods_total"] = 1,
                    ["conditions"] = new JsonArray(Payload),
                    ["resources"] = new JsonArray(new JsonObject
                    {
                        ["kind"] = Payload,
                        ["name"] = Payload,
                        ["namespace"] = Payload,
                        ["api_version"] = Payload,
                        ["message"] = Payload,
                        ["status"] = "failing",
                    }),
                    ["findings"] = new JsonArray(new JsonObject
                    {
                        ["condition"] = Payload,
                        ["severity"] = "failing",
                        ["kind"] = Payload,
                        ["name"] = Payload,
                        ["namespace"] = Payload,
                        ["container"] = Payload,
                        ["message"] = Payload,
                    }),
                },
            }),
        };
        var (status, answer) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak, report.ToJsonString());
        status.Should().Be(200, answer.ToJsonString());
        var result = DiagnosticExamples.CrashLoop(DateTimeOffset.UtcNow);
        Poison(result);
        foreach (var log in result.LogTails.Values.Concat(result.PreviousLogTails.Values))
            log.Values.Add(Google.Protobuf.WellKnownTypes.Value.ForString(Payload));
        var diagnostic = await console.GivenDiagnosticAsync(result);
        var (stackName, agentName) = (await NameAsync("stacks", stack), await NameAsync("agents", agent.Id));

        var visitor = await console.SignInAsync(script: script);
        foreach (var path in new[]
        {
            "/ui", "/ui/objects", $"/ui/objects/{stackName}/web", $"/ui/clusters/{agentName}", $"/ui/stacks/{stackName}", $"/ui/diagnostics/{diagnostic}",
            $"/ui/objects?text={Uri.EscapeDataString(Payload)}&condition={Uri.EscapeDataString(Payload)}&stack={Uri.EscapeDataString(Payload)}",
            $"/ui/clusters?text={Uri.EscapeDataString(Payload)}", $"/ui/admin/audit?actor={Uri.EscapeDataString(Payload)}",
            $"/ui/objects/{Uri.EscapeDataString(Payload)}/web", $"/ui/nothing/{Uri.EscapeDataString(Payload)}",
        })
        {
            await visitor.Page.GotoAsync(path);
            (await visitor.Page.Locator("img[src=x], main script, svg[onload]").CountAsync()).Should().Be(0, path);
            if (script)
                (await visitor.Page.EvaluateAsync<bool>("window.owned === undefined")).Should().BeTrue(path);
        }

        visitor.Complaints.Should().BeEmpty();
        await visitor.Page.GotoAsync($"/ui/diagnostics/{diagnostic}");
        (await visitor.Page.Locator("main").InnerTextAsync()).Should().Contain("<script>window.owned=1</script>", "it is shown as it was said");
    }

    private async Task<string> NameAsync(string table, string id) =>
        (string)(await console.Broker.SqlAsync($"SELECT name FROM {table} WHERE id = '{id}'"))!;

    private static void Poison(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.IsMap)
                continue;
            if (field.FieldType == FieldType.Message && field.IsRepeated)
            {
                foreach (var one in ((System.Collections.IEnumerable)field.Accessor.GetValue(message)).OfType<IMessage>())
                    Poison(one);
            }
            else if (field.FieldType == FieldType.Message && field.Accessor.GetValue(message) is IMessage child)
            {
                Poison(child);
            }
            else if (field.FieldType == FieldType.String && !field.IsRepeated && Texts.Contains(field.Name))
            {
                field.Accessor.SetValue(message, $"{field.Accessor.GetValue(message)}{Payload}");
            }
        }
    }
}
