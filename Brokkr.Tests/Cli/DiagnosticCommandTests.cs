using System.IO.Compression;
using System.Text;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Broker.Diagnostics;
using Brokkr.Tests.Processes;

namespace Brokkr.Tests.Cli;

/// <summary>Asking for diagnostics, and reading them.</summary>
public sealed class DiagnosticCommandTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string Result = """
        {"pod_statuses":[{"name":"web-1","namespace":"prod","phase":"Running","container_statuses":[
           {"name":"app","state":"waiting","reason":"CrashLoopBackOff","restart_count":7,"image":"shop/web:2","last_state":{"reason":"Error","exit_code":3}}]}],
         "events":[{"type":"Warning","reason":"BackOff","message":"back-off restarting","count":4,"kind":"Pod","name":"web-1","namespace":"prod"}],
         "findings":[{"code":"crash_loop","severity":"degraded","kind":"Pod","name":"web-1","namespace":"prod","container":"app",
           "message":"it `ended` with exit code 3","advice":"The last lines <b>say</b> why."}],
         "log_tails":{"web-1/app":["now"],"web-1/proxy":["listening"]},
         "previous_log_tails":{"web-1/app":["starting","Error connecting to database"]},
         "completeness":[{"query":"events prod","outcome":"forbidden","message":"may not list"}]}
        """;

    /// <summary>Answers the next request for the object as its agent would.</summary>
    private async Task AnswerAsync(string objectId, (string Id, string Pak) agent, string result = Result)
    {
        string? id = null;
        await Eventually.IsAsync("the agent is asked", async () =>
        {
            var (_, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}/diagnostics/pending", agent.Pak);
            id = body["requests"]!.AsArray().Select(r => r!).FirstOrDefault(r => (string)r["deployment_object_id"]! == objectId)?["id"]?.GetValue<string>();
            return id is not null;
        });
        (await broker.ClaimAsync(id!, agent.Pak)).Status.Should().Be(200);
        var (status, said) = await broker.SubmitAsync(id!, agent.Pak, result);
        status.Should().Be(200, said.ToJsonString());
    }

    [Fact]
    public async Task It_asks_waits_and_shows_the_cause_first()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var asking = CommandRun.OfAsync(broker, "diagnose", objectId, "--wait");
        await AnswerAsync(objectId, agent);

        var run = await asking;

        run.Code.Should().Be(0, run.Error);
        run.Error.Should().Contain("Waiting for the agent");
        run.Out.Should().MatchRegex(@"FINDINGS\n  degraded crash_loop: Pod prod/web-1 app\n    it `ended` with exit code 3\n    The last lines <b>say")
            .And.MatchRegex("prod/web-1 +Running +app +waiting CrashLoopBackOff +7 +3 Error +shop/web:2")
            .And.Contain("PREVIOUS LOG of web-1/app\n  starting\n  Error connecting to database").And.MatchRegex("BackOff +4 +Pod prod/web-1")
            .And.Contain("Could not be read: events prod (forbidden)");
    }

    [Fact]
    public async Task A_request_can_be_made_now_and_read_later_in_each_form()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var made = await CommandRun.OfAsync(broker, "diagnose", objectId);
        var id = made.Out.Trim();
        var early = await CommandRun.OfAsync(broker, "diagnose", "--request", id);
        var late = await CommandRun.OfAsync(broker, "diagnose", "--request", id, "--wait", "--timeout", "0s");
        await AnswerAsync(objectId, agent);

        made.Error.Should().Contain($"brokkr diagnose --request {id} --wait");
        (early.Code, late.Code).Should().Be((1, 124));
        var json = (await CommandRun.OfAsync(broker, "diagnose", "--request", id, "-o", "json")).Json;
        ((string)json["result"]!["findings"]![0]!["code"]!).Should().Be("crash_loop");
        var markdown = (await CommandRun.OfAsync(broker, "diagnose", "--request", id, "-o", "md")).Out;
        markdown.Should().Contain("1. **degraded** `crash_loop` on `Pod prod/web-1 app`").And.Contain("`` it `ended` with exit code 3 ``")
            .And.Contain("   `The last lines <b>say</b> why.`")
            .And.Contain("```text\nstarting\nError connecting to database\n```");
        var zip = await CommandRun.OfAsync(broker, "diagnose", "--request", id, "-o", "zip", "--file", "-");
        using var archive = new ZipArchive(new MemoryStream(Encoding.Latin1.GetBytes(zip.Out)));
        archive.Entries.Select(e => e.FullName).Should().BeEquivalentTo(
            "diagnostic.json", "diagnostic.md", "logs/web-1_app.log", "logs/web-1_proxy.log", "logs/web-1_app.previous.log");
        (await CommandRun.OfAsync(broker, "get", "diagnostics", objectId)).Out.Should().MatchRegex($@"\n{id} +completed +\d+s +bootstrap");
    }

    [Fact]
    public async Task Logs_come_out_of_the_newest_diagnostic_and_ask_where_there_is_none()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var asking = CommandRun.OfAsync(broker, "logs", objectId, "-c", "app");
        await AnswerAsync(objectId, agent);

        (await asking).Out.Should().Be("now\n");
        (await CommandRun.OfAsync(broker, "logs", objectId)).Out.Should().Be("web-1/app: now\nweb-1/proxy: listening\n");
        (await CommandRun.OfAsync(broker, "logs", objectId, "--previous")).Out.Should().Be("starting\nError connecting to database\n");
        var unknown = await CommandRun.OfAsync(broker, "logs", objectId, "-c", "ap");
        unknown.Code.Should().Be(5);
        unknown.Error.Should().Contain("web-1/app");
    }

    [Fact]
    public async Task What_is_open_can_be_cancelled_by_its_object()
    {
        var (objectId, _) = await broker.GivenTargetAsync();
        var id = (await CommandRun.OfAsync(broker, "diagnose", objectId)).Out.Trim();

        var cancelled = await CommandRun.OfAsync(broker, "cancel", (await NameOfAsync(objectId))!);
        var again = await CommandRun.OfAsync(broker, "cancel", (await NameOfAsync(objectId))!);
        var shown = await CommandRun.OfAsync(broker, "diagnose", "--request", id);

        cancelled.Out.Should().Be($"{id} is cancelled.\n");
        again.Code.Should().Be(5);
        shown.Code.Should().Be(1);
        shown.Error.Should().Contain("cancelled");
    }

    [Fact]
    public async Task An_agent_that_cannot_answer_is_no_result()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        var asking = CommandRun.OfAsync(broker, "diagnose", objectId, "--wait");
        await AnswerAsync(objectId, agent, """{"error":"the API server is away"}""");

        var run = await asking;

        run.Code.Should().Be(1);
        run.Error.Should().Contain("the API server is away");
        run.Out.Should().BeEmpty();
    }

    private async Task<string?> NameOfAsync(string objectId) =>
        (await CommandRun.OfAsync(broker, "describe", objectId)).Out.Split(' ')[0];
}
