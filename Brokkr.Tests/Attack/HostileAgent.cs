using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Brokkr.Tests.Attack;

/// <summary>
/// An agent whose cluster was taken over: it says what an agent may say, in the right order and with the right attempt, so that what it sends is
/// taken in and stored wherever it can be. After each step somebody reads what it may have spoilt.
/// </summary>
internal sealed class HostileAgent(AttackedBroker broker, Prey prey, Random random, Func<HttpRequestMessage, Task<string?>> send)
{
    private const int WordsEach = 50;

    private readonly HostileText _text = new(random, prey);

    public async Task StepAsync(int number)
    {
        _text.Begin();
        var id = prey.Objects[number % prey.Objects.Length];
        await (random.Next(4) switch
        {
            0 => ReportAsync(string.Join(',', prey.Objects.Select(o => Report(o, Flip(number)))), ""),
            1 => ReportAsync(Report(id, _text.Body(Wire.HealthSummary.Descriptor, "")), _text.Pick("", ",\"epoch\":9223372036854775807,\"sequence\":1")),
            2 => SessionAsync(id),
            _ => AnswerAsync(id),
        });
        foreach (var path in (string[])["health", $"agents/{prey.AgentId}/health", $"deployment-objects/{id}/health",
            $"deployment-objects/{id}/health/history", $"stacks/{prey.Ids[0]}/health", "health/changes", $"deployment-objects/{id}/diagnostics"])
            await broker.CallAsync(HttpMethod.Get, $"/api/v1/{path}", prey.ReaderPak);
    }

    /// <summary>As many long words as are kept, and other ones each time, so that history has something to keep.</summary>
    private static string Flip(int number) =>
        $$"""{"conditions":[{{string.Join(',', Enumerable.Range(0, WordsEach).Select(i => $"\"{number}-{i}-{new string('w', 100)}\""))}}]}""";

    private string Report(string id, string summary)
    {
        var at = random.Next(2) == 0 ? "" : $",\"checked_at\":\"{_text.Pick(HostileText.Moments)}\"";
        return $$"""{"id":"{{id}}","status":"{{_text.Pick("healthy", "degraded", "failing", "unknown")}}","summary":{{summary}}{{at}}}""";
    }

    private Task<string?> ReportAsync(string reports, string more) => SendAsync(
        HttpMethod.Patch, $"agents/{prey.AgentId}/health-status", prey.AgentPak, $$"""{"deployment_objects":[{{reports}}]{{more}}}""");

    /// <summary>Two processes with one key, as it were: each session ends the one before.</summary>
    private async Task SessionAsync(string id)
    {
        var session = await SendAsync(HttpMethod.Post, $"agents/{prey.AgentId}/sessions", prey.AgentPak,
            $$"""{"report_interval_seconds":{{_text.Pick("10", "1", "2147483647", "-1")}},"agent_version":{{HostileText.Quoted(_text.Text())}}}""");
        var epoch = session is null ? 1 : (long)JsonNode.Parse(session)!["epoch"]!;
        await ReportAsync(Report(id, Flip(0)), $",\"epoch\":\"{epoch}\",\"sequence\":{_text.Pick("1", "9223372036854775807")}"
            + $",\"checked_at\":\"{_text.Pick(HostileText.Moments)}\"");
    }

    private async Task AnswerAsync(string id)
    {
        var asked = await SendAsync(HttpMethod.Post, $"deployment-objects/{id}/diagnostics", prey.AdminPak, $$"""{"agent_id":"{{prey.AgentId}}"}""");
        if (asked is null)
            return;
        var request = (string)JsonNode.Parse(asked)!["request_id"]!;
        var claim = await SendAsync(HttpMethod.Post, $"diagnostics/{request}/claim", prey.AgentPak, "{}");
        if (claim is null)
            return;
        var result = random.Next(3) switch
        {
            0 => $"{{\"events\":[{string.Join(',', Enumerable.Repeat("{}", 1000))}]}}",
            1 => $"{{\"log_tails\":{{\"a/b\":[{string.Join(',', Enumerable.Range(0, 900).Select(_ => HostileText.Quoted(_text.Text())))}]}}}}",
            _ => _text.Body(Wire.SubmitResultRequest.Descriptor, "{request_id}{attempt}"),
        };
        await SendAsync(HttpMethod.Post, $"diagnostics/{request}/result", prey.AgentPak,
            $"{{\"attempt\":{JsonNode.Parse(claim)!["attempt"]}{(result == "{}" ? "" : ",")}{result[1..]}");
        await broker.CallAsync(HttpMethod.Get, $"/api/v1/diagnostics/{request}", prey.ReaderPak);
    }

    private Task<string?> SendAsync(HttpMethod method, string path, string pak, string json)
    {
        var request = new HttpRequestMessage(method, $"/api/v1/{path}") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", pak);
        return send(request);
    }
}
