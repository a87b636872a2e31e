using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Brokkr.Tests.Broker;

namespace Brokkr.Tests.Documentation;

/// <summary>
/// The examples in docs/api.md are what a broker answers, one for each operation. <c>BROKKR_WRITE_DOCS=1</c> writes them anew.
/// Identifiers, keys and times differ in each run; here they have values of their own, the same wherever the same one stands.
/// </summary>
public sealed partial class ApiPageTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string Begin = "<!-- examples: written by a test -->\n";
    private const string End = "<!-- end of the examples -->";

    private static readonly string PagePath = Path.Combine(RepositoryRoot.Path, "docs", "api.md");

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _examples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Operation> _operations = ReadOperations();

    [Fact]
    public async Task Every_operation_has_an_example_that_is_what_the_broker_answers()
    {
        await FollowAsync();

        _examples.Keys.Should().BeEquivalentTo(_operations.Keys);
        var page = await File.ReadAllTextAsync(PagePath);
        var written = Begin + Written() + End;
        var former = page[page.IndexOf(Begin, StringComparison.Ordinal)..(page.IndexOf(End, StringComparison.Ordinal) + End.Length)];
        if (Environment.GetEnvironmentVariable("BROKKR_WRITE_DOCS") == "1")
            await File.WriteAllTextAsync(PagePath, page.Replace(former, written, StringComparison.Ordinal));
        else
            former.Should().Be(written, "BROKKR_WRITE_DOCS=1 dotnet test Brokkr.Tests --filter ApiPage writes it anew");
    }

    [Fact]
    public void Every_error_word_is_explained_and_no_other_is()
    {
        var sources = string.Join('\n', Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "Brokkr.Broker"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText));

        var explained = File.ReadLines(PagePath).SkipWhile(l => l != "## Errors").TakeWhile(l => l != "## Examples")
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(l => InTicks().Matches(l.Split('|')[1]).Select(m => m.Groups[1].Value));

        explained.Should().BeEquivalentTo(ErrorWord().Matches(sources).Select(m => m.Groups["word"].Value).Distinct());
    }

    /// <summary>What an operator and an agent do with each other, from the first stack to the last key.</summary>
    private async Task FollowAsync()
    {
        var stack = await OperatorAsync("CreateStack", [], """{"name": "shop"}""");
        var stackId = Id(stack);
        await OperatorAsync("ListStacks", []);
        await OperatorAsync("GetStack", [stackId]);
        var manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: prod}\n";
        var objectId = Id(await OperatorAsync("SubmitDeploymentObject", [stackId], new JsonObject { ["name"] = "web", ["yaml"] = manifest }.ToJsonString()));
        await OperatorAsync("ListDeploymentObjects", [stackId]);
        await OperatorAsync("GetDeploymentObject", [objectId]);

        var changed = new JsonObject { ["name"] = "web", ["yaml"] = $"{manifest}spec: {{replicas: 2}}\n" }.ToJsonString();
        var (_, revised) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/stacks/{stackId}/deployment-objects", broker.AdminPak, changed);
        await OperatorAsync("ListRevisions", [stackId, "web"]);
        await OperatorAsync("GetDiff", [Id(revised)]);
        objectId = Id(await OperatorAsync("RollBack", [objectId], "{}"));

        var made = await OperatorAsync("CreateAgent", [], """{"name": "edge-1"}""");
        var (agentId, agentPak) = ((string)made["agent"]!["id"]!, (string)made["pak"]!);
        await OperatorAsync("ListAgents", []);
        await OperatorAsync("AddTarget", [agentId], new JsonObject { ["stack_id"] = stackId }.ToJsonString());
        await OperatorAsync("ListTargets", [agentId]);
        var session = await CallAsync("StartSession", agentPak, [agentId], """{"report_interval_seconds": 60, "agent_version": "0.1.0"}""");
        await CallAsync("GetTargetState", agentPak, [agentId]);
        await OperatorAsync("GetAgent", [agentId]);

        await CallAsync("ReportHealth", agentPak, [agentId], Report(objectId, session["epoch"]!, "2026-01-15T10:30:00Z"));
        await OperatorAsync("GetDeploymentObjectHealth", [objectId]);
        await OperatorAsync("GetStackHealth", [stackId]);
        await OperatorAsync("GetAgentHealth", [agentId]);
        await OperatorAsync("ListHealth", [], query: "?status=degraded&page_size=50");
        await OperatorAsync("ListGroups", [], query: "?status=failing&status=degraded");
        await OperatorAsync("ListChanges", [], query: "?page_size=1");
        await OperatorAsync("ListHealthHistory", [objectId]);

        var requestId = (string)(await OperatorAsync("RequestDiagnostics", [objectId]))["request_id"]!;
        await CallAsync("PollDiagnostics", agentPak, [agentId], query: "?wait_seconds=30");
        await CallAsync("ClaimDiagnostic", agentPak, [requestId]);
        await CallAsync("SubmitResult", agentPak, [requestId], Result);
        await OperatorAsync("GetDiagnostic", [requestId]);
        await OperatorAsync("ListDiagnostics", [objectId]);
        var (_, second) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{objectId}/diagnostics", broker.AdminPak);
        await OperatorAsync("CancelDiagnostic", [(string)second["request_id"]!]);

        await AlertsAsync();
        var reader = await OperatorAsync("CreatePak", [], """{"name": "dashboard", "role": "reader"}""");
        await CallAsync("GetSelf", (string)reader["pak"]!, []);
        var next = await OperatorAsync("RotatePak", [(string)reader["key"]!["id"]!], """{"valid_old_for_minutes": 120}""");
        await OperatorAsync("RevokePak", [(string)next["key"]!["id"]!]);
        await OperatorAsync("ListPaks", [], query: "?page_size=1");
        await OperatorAsync("ListAuditEvents", [], query: "?page_size=2");
        await OperatorAsync("RotateAgentPak", [agentId], """{"valid_old_for_minutes": 120}""");
        await OperatorAsync("RemoveTarget", [agentId, stackId]);
        await OperatorAsync("DeleteDeploymentObject", [objectId]);
        await OperatorAsync("DeleteStack", [stackId]);
        await OperatorAsync("DeleteAgent", [agentId]);
        await CallAsync("GetLiveness", null, []);
        await CallAsync("GetReadiness", null, []);
    }

    private async Task AlertsAsync()
    {
        var receiver = await OperatorAsync("CreateAlertReceiver", [], """{"name": "ops", "kind": "webhook", "url": "https://hooks.example.invalid/brokkr"}""");
        var receiverId = Id(receiver["receiver"]!);
        await OperatorAsync("ListAlertReceivers", []);
        await OperatorAsync("GetAlertReceiver", [receiverId]);
        await OperatorAsync("RotateAlertReceiverSecret", [receiverId], """{"valid_old_for_minutes": 60}""");
        await OperatorAsync("TestAlertReceiver", [receiverId], "{}");
        var ruleId = Id(await OperatorAsync("CreateAlertRule", [],
            """{"rule": {"name": "quick", "statuses": ["degraded"], "hold_degraded_seconds": 0, "wait_seconds": 0}}"""));
        await OperatorAsync("ListAlertRules", [], query: "?page_size=1");
        await OperatorAsync("GetAlertRule", [ruleId]);
        await OperatorAsync("UpdateAlertRule", [ruleId], """{"rule": {"recover_seconds": 300}}""");
        await OperatorAsync("PreviewAlertRule", [], """{"rule": {"statuses": ["degraded"], "hold_degraded_seconds": 0}}""");

        var pass = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions
            .GetRequiredService<Brokkr.Broker.Alerts.Evaluation.WatchStore>(broker.Services);
        await pass.RunAsync(CancellationToken.None);
        var alerts = await OperatorAsync("ListAlerts", [], query: "?state=open&page_size=1");
        await OperatorAsync("AcknowledgeAlert", [Id(alerts["alerts"]![0]!)], """{"comment": "The image is on its way"}""");
        var silence = await OperatorAsync("CreateAlertSilence", [], """
            {"silence": {"names": ["web"], "comment": "maintenance", "weekly": {"days": [6], "start": "22:00", "minutes": 120, "time_zone": "Europe/Zurich"}}}
            """);
        await OperatorAsync("ListAlertSilences", []);
        await OperatorAsync("EndAlertSilence", [Id(silence)]);
        await broker.SqlAsync("UPDATE alert_deliveries SET state = 'dead', last_error = 'It answered 503.'");
        var deliveries = await OperatorAsync("ListAlertDeliveries", [], query: "?state=dead");
        await OperatorAsync("RedeliverAlert", [Id(deliveries["deliveries"]![0]!)], "{}");
        await OperatorAsync("DeleteAlertRule", [ruleId]);
        await OperatorAsync("UpdateAlertReceiver", [receiverId], """{"enabled": false}""");
        await OperatorAsync("DeleteAlertReceiver", [receiverId]);
    }

    private static string Report(string objectId, JsonNode epoch, string now) => $$$"""
        {"epoch": {{{epoch.ToJsonString()}}}, "sequence": 1, "deployment_objects": [{"id": "{{{objectId}}}", "status": "degraded", "checked_at": "{{{now}}}",
         "summary": {
          "pods_ready": 0, "pods_total": 1, "conditions": ["CrashLoopBackOff"],
          "resources": [{"kind": "Deployment", "name": "web", "namespace": "prod", "ready": false, "message": "0 of 1 pods ready", "api_version": "apps/v1",
           "status": "degraded"}],
          "findings": [{"condition": "CrashLoopBackOff", "severity": "degraded", "kind": "Pod", "name": "web-1", "namespace": "prod", "container": "app",
           "exit_code": 3, "restarts": 7,
            "message": "its last run ended with exit code 3 (Error)"}]}}]}
        """;

    private const string Result = """
        {"attempt": 1, "findings": [{"code": "crash_loop", "severity": "degraded", "kind": "Pod", "name": "web-1", "namespace": "prod", "container": "app",
         "exit_code": 3,
          "message": "its last run ended with exit code 3 (Error)",
                      "advice": "The process ends again and again: the last lines of its previous log and its exit code say why."}],
          "previous_log_tails": {"web-1/app": ["starting", "Error connecting to database"]}}
        """;

    private Task<JsonNode> OperatorAsync(string operation, string[] path, string? body = null, string query = "") =>
        CallAsync(operation, broker.AdminPak, path, body, query);

    private async Task<JsonNode> CallAsync(string name, string? pak, string[] path, string? body = null, string query = "")
    {
        var operation = _operations[name];
        var left = new Queue<string>(path);
        var url = InBraces().Replace(operation.Path, _ => left.Dequeue()) + query;
        var (status, answer) = await broker.RestAsync(operation.Verb, url, pak, body);
        status.Should().BeInRange(200, 299, $"{name} answers {answer.ToJsonString()}");
        var asked = body is null ? "" : $"\n\n{Shown(JsonNode.Parse(body)!)}";
        _examples[name] = $"```http\n{operation.Verb.Method} {Alias(url)}{asked}\n```\n\n{status}:\n\n```json\n{Shown(answer)}\n```\n";
        return answer;
    }

    private string Written()
    {
        var page = new StringBuilder();
        foreach (var service in _operations.GroupBy(o => o.Value.Service).OrderBy(g => Array.IndexOf(Order, g.Key)))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n### {service.Key}\n");
            foreach (var (name, operation) in service.Where(o => _examples.ContainsKey(o.Key)).OrderBy(o => _examples.Keys.ToList().IndexOf(o.Key)))
                page.Append(CultureInfo.InvariantCulture, $"\n#### {name}\n\n{operation.Summary}.\n\n{_examples[name]}");
        }

        return page.Append('\n').ToString();
    }

    private static readonly string[] Order = ["StackService", "AgentService", "HealthService", "DiagnosticsService", "AccessService", "Probes"];

    private string Shown(JsonNode json) => Alias(json.ToJsonString(Indented));

    private string Alias(string text)
    {
        text = Pak().Replace(text, m => $"brokkr_{m.Groups[1].Value}_{Numbered("pak", m.Groups[2].Value, "0000000000")}_…");
        text = Id10().Replace(text, m => $"\"{Numbered("pak", m.Groups[1].Value, "0000000000")}\"");
        text = PakPath().Replace(text, m => $"/paks/{Numbered("pak", m.Groups[1].Value, "0000000000")}");
        text = Uuid().Replace(text, m => Numbered("uuid", m.Value, "00000000-0000-4000-8000-000000000000"));
        text = Time().Replace(text, "2026-01-15T10:30:00Z");
        text = Epoch().Replace(text, "7");
        text = Revision().Replace(text, "0123456789abcdef0123456789abcdef");
        text = Address().Replace(text, "\"203.0.113.7\"");
        return Token().Replace(text, "$1\"…\"");
    }

    /// <summary>The n-th value of its kind, in a form of the same length.</summary>
    private string Numbered(string kind, string value, string zero)
    {
        if (_aliases.TryGetValue($"{kind} {value}", out var known))
            return known;
        var number = $"{_aliases.Keys.Count(k => k.StartsWith($"{kind} ", StringComparison.Ordinal)) + 1}";
        return _aliases[$"{kind} {value}"] = zero[..^number.Length] + number;
    }

    private static string Id(JsonNode answer) => (string)answer["id"]!;

    private static Dictionary<string, Operation> ReadOperations()
    {
        var document = JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "openapi.json")))!;
        return document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => (Path: p.Key, Verb: o.Key, Operation: o.Value!)))
            .ToDictionary(o => (string)o.Operation["operationId"]!,
            o => new Operation(HttpMethod.Parse(o.Verb.ToUpperInvariant()), o.Path, (string)o.Operation["tags"]![0]!,
            ((string)o.Operation["summary"]!).TrimEnd('.')));
    }

    private sealed record Operation(HttpMethod Verb, string Path, string Service, string Summary);

    [GeneratedRegex(@"\{[a-z_]+\}")]
    private static partial Regex InBraces();

    [GeneratedRegex(@"brokkr_(adm|ro|agt)_([0-9A-Za-z]{10})_[0-9A-Za-z]{38}")]
    private static partial Regex Pak();

    [GeneratedRegex("(?<=\"(?:id|pak_id|actor_id|object_id|replaced_by|successor_id|actor_pak_id|resource_id)\": )\"([0-9A-Za-z]{10})\"")]
    private static partial Regex Id10();

    [GeneratedRegex("/paks/([0-9A-Za-z]{10})")]
    private static partial Regex PakPath();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Time();

    [GeneratedRegex("(?<=\"epoch\": )\\d+")]
    private static partial Regex Epoch();

    [GeneratedRegex("(?<=\"revision\": \")[0-9a-f]{32}")]
    private static partial Regex Revision();

    [GeneratedRegex("\"(::1|127\\.0\\.0\\.1|::ffff:127\\.0\\.0\\.1)\"")]
    private static partial Regex Address();

    [GeneratedRegex("(\"next_page_token\": )\"[^\"]+\"")]
    private static partial Regex Token();

    [GeneratedRegex(
        @"(?:(?:Malformed|AlreadyExists|Conflict|Precondition|TooLarge)\(\s*|StatusCodes\.Status\w+, )""(?<word>[a-z_]+)""|\[\], ""(?<word>[a-z_]+)"", \d",
        RegexOptions.ExplicitCapture)]
    private static partial Regex ErrorWord();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex InTicks();
}
