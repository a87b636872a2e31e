using System.Text.Json.Nodes;
using Brokkr.Broker.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Diagnostics;

public sealed class DiagnosticsTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string Result = """
        {"collected_at":"2026-01-15T10:31:00Z",
         "pod_statuses":[{"name":"my-app-7d4f8b9c5-x2k9p","namespace":"production","phase":"Running","conditions":[],
           "container_statuses":[{"name":"app","ready":false,"state":"waiting","reason":"ImagePullBackOff","message":"Back-off pulling image..."}]}],
         "events":[{"type":"Warning","reason":"Failed","message":"Failed to pull image...","first_seen":"2025-01-15T10:00:00Z",
          "last_seen":"2025-01-15T10:30:00Z","count":15}],
         "log_tails":{"my-app-7d4f8b9c5-x2k9p/app":["2025-01-15T10:29:55Z Error connecting to database","2025-01-15T10:29:56Z Retrying in 5 seconds..."]}}
        """;

    [Fact]
    public async Task The_documented_flow_works_without_attempt_and_without_bodies()
    {
        var (objectId, agent) = await GivenTargetAsync();
        var (requested, request) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{objectId}/diagnostics", broker.AdminPak);
        requested.Should().Be(202);
        request["status"]!.GetValue<string>().Should().Be("pending");
        var requestId = request["request_id"]!.GetValue<string>();

        var (_, pending) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}/diagnostics/pending", agent.Pak);
        pending["requests"]![0]!["id"]!.GetValue<string>().Should().Be(requestId);
        pending["requests"]![0]!["deployment_object_id"]!.GetValue<string>().Should().Be(objectId);
        (await SubmitAsync(requestId, agent.Pak, Result)).Status.Should().Be(200);

        var (_, done) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{requestId}", broker.AdminPak);
        done["status"]!.GetValue<string>().Should().Be("completed");
        var result = done["result"]!;
        result["collected_at"]!.GetValue<string>().Should().Be("2026-01-15T10:31:00Z");
        result["pod_statuses"]![0]!["container_statuses"]![0]!["reason"]!.GetValue<string>().Should().Be("ImagePullBackOff");
        result["events"]![0]!["count"]!.GetValue<int>().Should().Be(15);
        result["log_tails"]!["my-app-7d4f8b9c5-x2k9p/app"]!.AsArray().Select(l => l!.GetValue<string>())
            .Should().Equal("2025-01-15T10:29:55Z Error connecting to database", "2025-01-15T10:29:56Z Retrying in 5 seconds...");
    }

    [Fact]
    public async Task An_open_request_is_returned_and_not_doubled()
    {
        var (objectId, _) = await GivenTargetAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RequestAsync(objectId)));

        ids.Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task One_claim_wins_and_the_others_are_told_so()
    {
        var (objectId, agent) = await GivenTargetAsync();
        var id = await RequestAsync(objectId);

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ClaimAsync(id, agent.Pak)));

        claims.Count(c => c.Status == 200).Should().Be(1);
        claims.Where(c => c.Status != 200).Should().OnlyContain(c => c.Status == 409 && c.Body["error"]!.GetValue<string>() == "already_claimed");
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_claimable_again_and_the_old_attempt_is_refused()
    {
        var (objectId, agent) = await GivenTargetAsync();
        var id = await RequestAsync(objectId);
        await ClaimAsync(id, agent.Pak);
        await EndLeaseAsync(id);

        var (_, second) = await ClaimAsync(id, agent.Pak);
        second["attempt"]!.GetValue<int>().Should().Be(2);
        var (late, error) = await SubmitAsync(id, agent.Pak, """{"attempt":1,"pod_statuses":[],"events":[]}""");
        var (stored, _) = await SubmitAsync(id, agent.Pak, """{"attempt":2,"pod_statuses":[],"events":[]}""");
        var (repeated, _) = await SubmitAsync(id, agent.Pak, """{"attempt":2,"pod_statuses":[],"events":[]}""");

        late.Should().Be(409);
        error["error"]!.GetValue<string>().Should().Be("attempt_superseded");
        stored.Should().Be(200);
        repeated.Should().Be(200, "the same attempt is answered alike");
    }

    [Fact]
    public async Task A_request_that_lost_every_attempt_fails_and_is_not_handed_out_again()
    {
        var (objectId, agent) = await GivenTargetAsync();
        var id = await RequestAsync(objectId);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            (await ClaimAsync(id, agent.Pak)).Status.Should().Be(200);
            await EndLeaseAsync(id);
        }

        (await ClaimAsync(id, agent.Pak)).Status.Should().Be(409);
        await SweepAsync();

        var (_, failed) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{id}", broker.AdminPak);
        failed["status"]!.GetValue<string>().Should().Be("failed");
        failed["error"]!.GetValue<string>().Should().Contain("3 times");
    }

    [Fact]
    public async Task An_agent_may_answer_with_an_error()
    {
        var (objectId, agent) = await GivenTargetAsync();
        var id = await RequestAsync(objectId);

        (await SubmitAsync(id, agent.Pak, """{"error":"the API server does not answer"}""")).Status.Should().Be(200);

        var (_, failed) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{id}", broker.AdminPak);
        failed["status"]!.GetValue<string>().Should().Be("failed");
        failed["error"]!.GetValue<string>().Should().Be("the API server does not answer");
        failed["result"].Should().BeNull();
    }

    [Fact]
    public async Task Another_agent_finds_nothing_whatever_it_tries()
    {
        var (objectId, _) = await GivenTargetAsync();
        var other = await broker.GivenAgentAsync();
        var id = await RequestAsync(objectId);

        (await ClaimAsync(id, other.Pak)).Status.Should().Be(404);
        (await SubmitAsync(id, other.Pak, Result)).Status.Should().Be(404);
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{id}", other.Pak)).Status.Should().Be(403);
    }

    [Fact]
    public async Task A_result_lives_from_its_storage_and_is_gone_from_the_tables_afterwards()
    {
        var (objectId, agent) = await GivenTargetAsync();
        var id = await RequestAsync(objectId);
        await broker.SqlAsync($"UPDATE diagnostic_requests SET expires_at = NOW() + INTERVAL '1 minute' WHERE id = '{id}'");
        (await SubmitAsync(id, agent.Pak, Result)).Status.Should().Be(200);

        (await broker.SqlAsync($"SELECT EXTRACT(EPOCH FROM expires_at - completed_at)::int FROM diagnostic_requests WHERE id = '{id}'")).Should().Be(3600);
        await broker.SqlAsync($"UPDATE diagnostic_requests SET expires_at = NOW() - INTERVAL '1 second' WHERE id = '{id}'");
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{id}", broker.AdminPak)).Status.Should().Be(404, "before any clean-up");
        await SweepAsync();
        (await broker.SqlAsync($"SELECT COUNT(*) FROM diagnostic_results WHERE request_id = '{id}'")).Should().Be(0L);
        (await broker.SqlAsync($"SELECT COUNT(*) FROM diagnostic_requests WHERE id = '{id}'")).Should().Be(0L);
    }

    [Fact]
    public async Task Without_a_target_there_is_nobody_to_ask()
    {
        var objectId = await broker.GivenObjectAsync(await broker.GivenStackAsync());

        var (status, error) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{objectId}/diagnostics", broker.AdminPak, "{}");

        status.Should().Be(409);
        error["error"]!.GetValue<string>().Should().Be("no_agent");
    }

    [Fact]
    public async Task The_agent_with_the_worst_health_is_asked()
    {
        var stack = await broker.GivenStackAsync();
        var objectId = await broker.GivenObjectAsync(stack);
        var (well, ill) = (await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack));
        await broker.ReportAsync(well, objectId, "healthy");
        await broker.ReportAsync(ill, objectId, "degraded");

        var (_, request) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{objectId}/diagnostics", broker.AdminPak);

        request["agent_id"]!.GetValue<string>().Should().Be(ill.Id);
    }

    [Fact]
    public async Task Requests_are_listed_newest_first_in_pages()
    {
        var (objectId, agent) = await GivenTargetAsync();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Insert(0, await RequestAsync(objectId));
            await SubmitAsync(ids[0], agent.Pak, Result);
        }

        var path = $"/api/v1/deployment-objects/{objectId}/diagnostics?page_size=2";
        var (_, first) = await broker.RestAsync(HttpMethod.Get, path, broker.AdminPak);
        var (_, second) = await broker.RestAsync(HttpMethod.Get, $"{path}&page_token={first["next_page_token"]}", broker.AdminPak);

        first["diagnostics"]!.AsArray().Concat(second["diagnostics"]!.AsArray()).Select(d => d!["request_id"]!.GetValue<string>()).Should().Equal(ids);
        second["next_page_token"]!.GetValue<string>().Should().BeEmpty();
    }

    private async Task<(string ObjectId, (string Id, string Pak) Agent)> GivenTargetAsync()
    {
        var stack = await broker.GivenStackAsync();
        return (await broker.GivenObjectAsync(stack), await broker.GivenAgentAsync(stack));
    }

    private async Task<string> RequestAsync(string objectId) =>
        (await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{objectId}/diagnostics", broker.AdminPak)).Body["request_id"]!.GetValue<string>();

    private Task<(int Status, JsonNode Body)> ClaimAsync(string id, string pak) => broker.RestAsync(HttpMethod.Post, $"/api/v1/diagnostics/{id}/claim", pak);

    private Task<(int Status, JsonNode Body)> SubmitAsync(string id, string pak, string json) =>
        broker.RestAsync(HttpMethod.Post, $"/api/v1/diagnostics/{id}/result", pak, json);

    private Task<object?> EndLeaseAsync(string id) =>
        broker.SqlAsync($"UPDATE diagnostic_requests SET lease_expires_at = NOW() - INTERVAL '1 second' WHERE id = '{id}'");

    private Task SweepAsync() => broker.Services.GetRequiredService<DiagnosticStore>().SweepAsync(CancellationToken.None);
}
