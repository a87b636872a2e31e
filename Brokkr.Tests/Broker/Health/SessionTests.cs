using System.Text.Json.Nodes;
using Google.Rpc;
using Grpc.Core;

namespace Brokkr.Tests.Broker.Health;

/// <summary>What sessions and numbers do to the order of reports, and what confirmations do to their freshness.</summary>
public sealed class SessionTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string FirstTime = "2026-01-15T10:30:00Z";

    [Fact]
    public async Task A_session_answers_a_larger_epoch_each_time_and_the_intervals()
    {
        var agent = await broker.GivenAgentAsync();

        var (status, first) = await StartAsync(agent, """{"report_interval_seconds":100,"agent_version":"1.2.3"}""");
        var (_, second) = await StartAsync(agent, "{}");

        status.Should().Be(201);
        first["report_interval_seconds"]!.GetValue<int>().Should().Be(100);
        first["stale_after_seconds"]!.GetValue<int>().Should().Be(300, "three announced intervals are more than 180 s");
        second["stale_after_seconds"]!.GetValue<int>().Should().Be(180);
        second["epoch"]!.GetValue<long>().Should().BeGreaterThan(first["epoch"]!.GetValue<long>());
    }

    [Fact]
    public async Task Sessions_that_begin_at_once_get_epochs_of_their_own()
    {
        var agent = await broker.GivenAgentAsync();

        var started = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => EpochAsync(agent)));

        started.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task However_often_an_agent_starts_few_of_its_sessions_are_kept_and_those_that_verdicts_belong_to()
    {
        var (id, agent) = await GivenPlacedAsync();
        var first = await EpochAsync(agent);
        await ReportAsync(agent, id, "degraded", first, 1, "2026-01-15T11:30:00Z");

        var newest = 0L;
        for (var i = 0; i < 40; i++)
            newest = await EpochAsync(agent);

        (await broker.SqlAsync($"SELECT COUNT(*) FROM agent_sessions WHERE agent_id = '{agent.Id}'")).Should().Be(22L, "20, the new one and the first");
        (await broker.SqlAsync($"SELECT MIN(epoch) FROM agent_sessions WHERE agent_id = '{agent.Id}'")).Should().Be(first);
        (await ReportAsync(agent, id, "healthy", newest, 1, "2026-01-15T11:31:00Z")).Body["accepted"]!.GetValue<int>().Should().Be(1);
    }

    [Fact]
    public async Task The_number_decides_whatever_the_clocks_say()
    {
        var (id, agent) = await GivenPlacedAsync();
        var epoch = await EpochAsync(agent);
        await ReportAsync(agent, id, "degraded", epoch, 2, "2026-01-15T11:30:00Z");

        var (_, older) = await ReportAsync(agent, id, "healthy", epoch, 1, "2026-01-15T12:30:00Z");
        older["rejected"]![0]!["reason"]!.GetValue<string>().Should().Be("older_than_stored");
        (await StatusOf(id)).Should().Be("degraded");

        await ReportAsync(agent, id, "failing", epoch, 3, "2026-01-15T09:30:00Z");
        (await StatusOf(id)).Should().Be("failing", "the agent's clock was put back by two hours");
    }

    [Fact]
    public async Task A_repeated_report_is_answered_alike_and_changes_nothing()
    {
        var (id, agent) = await GivenPlacedAsync();
        var epoch = await EpochAsync(agent);

        for (var i = 0; i < 2; i++)
            (await ReportAsync(agent, id, "degraded", epoch, 1)).Body["accepted"]!.GetValue<int>().Should().Be(1);

        (await HistoryOf(id)).Should().Equal("unknown>degraded");
    }

    [Fact]
    public async Task A_restarted_agent_replaces_what_the_former_process_said_and_not_the_other_way_round()
    {
        var (id, agent) = await GivenPlacedAsync();
        var former = await EpochAsync(agent);
        await ReportAsync(agent, id, "failing", former, 100);
        var epoch = await EpochAsync(agent);
        await ReportAsync(agent, id, "healthy", epoch, 1);

        await ReportAsync(agent, id, "failing", former, 101);

        (await StatusOf(id)).Should().Be("healthy");
    }

    [Fact]
    public async Task An_epoch_that_the_broker_does_not_know_is_refused_over_rest_and_grpc()
    {
        var (id, agent) = await GivenPlacedAsync();

        var (status, error) = await ReportAsync(agent, id, "healthy", 7, 1);
        var client = new Wire.HealthService.HealthServiceClient(broker.Grpc);
        var call = async () => await client.ReportHealthAsync(new() { AgentId = agent.Id, Epoch = 7, Sequence = 1 }, BrokerFixture.As(agent.Pak));

        status.Should().Be(409);
        error["error"]!.GetValue<string>().Should().Be("session_unknown");
        var refused = (await call.Should().ThrowAsync<RpcException>()).Which;
        refused.StatusCode.Should().Be(StatusCode.FailedPrecondition);
        refused.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be("session_unknown");
        (await StatusOf(id)).Should().Be("unknown");
    }

    [Fact]
    public async Task A_process_that_outlives_its_silent_successor_is_told_to_begin_again()
    {
        var (id, agent) = await GivenPlacedAsync();
        var (living, dead) = (await EpochAsync(agent), await EpochAsync(agent));
        await ReportAsync(agent, id, "healthy", dead, 1);
        (await ReportAsync(agent, id, "degraded", living, 1)).Body["rejected"]!.AsArray().Should().ContainSingle("the newer session is alive");

        await broker.SqlAsync($"UPDATE agent_sessions SET heard_at = NOW() - INTERVAL '1 hour' WHERE agent_id = '{agent.Id}' AND epoch = {dead}");

        (await ReportAsync(agent, id, "degraded", living, 2)).Body["error"]!.GetValue<string>().Should().Be("session_unknown");
        await ReportAsync(agent, id, "degraded", await EpochAsync(agent), 1);
        (await StatusOf(id)).Should().Be("degraded");
    }

    [Fact]
    public async Task A_report_without_number_replaces_a_numbered_one_only_once_the_session_is_silent()
    {
        var (id, agent) = await GivenPlacedAsync();
        var epoch = await EpochAsync(agent);
        await ReportAsync(agent, id, "healthy", epoch, 1);

        (await broker.ReportAsync(agent, id, "failing", "2030-01-01T00:00:00Z")).Body["rejected"]![0]!["reason"]!.GetValue<string>().Should()
            .Be("session_active");
        await broker.SqlAsync($"UPDATE agent_sessions SET heard_at = NOW() - INTERVAL '181 seconds' WHERE agent_id = '{agent.Id}'");
        (await broker.ReportAsync(agent, id, "failing")).Body["accepted"]!.GetValue<int>().Should().Be(1);

        (await ReportAsync(agent, id, "healthy", epoch, 1)).Body["rejected"]!.AsArray().Should().ContainSingle("it was stored before");
        (await ReportAsync(agent, id, "degraded", epoch, 2)).Body["accepted"]!.GetValue<int>().Should().Be(1);
    }

    [Fact]
    public async Task A_time_in_the_future_does_not_block_later_reports()
    {
        var (id, agent) = await GivenPlacedAsync();
        await broker.ReportAsync(agent, id, "failing", TimeProvider.System.GetUtcNow().AddHours(1).ToString("O"));

        await broker.ReportAsync(agent, id, "healthy", TimeProvider.System.GetUtcNow().ToString("O"));

        (await StatusOf(id)).Should().Be("healthy");
    }

    [Fact]
    public async Task What_is_confirmed_stays_fresh_without_being_written()
    {
        var (id, agent) = await GivenPlacedAsync();
        var epoch = await EpochAsync(agent);
        await ReportAsync(agent, id, "healthy", epoch, 1);
        await AgeAsync(agent, seconds: 170);
        var before = await RowVersionAsync(id);

        var (_, confirmed) = await PatchAsync(agent, Report(id, "healthy", epoch, 2, FirstTime, confirms: 1));
        await AgeRowsAsync(agent, seconds: 20);

        confirmed["accepted"]!.GetValue<int>().Should().Be(1);
        confirmed["missing"]!.AsArray().Should().BeEmpty();
        (await StatusOf(id)).Should().Be("healthy", "190 s after the report, and 0 s after the confirmation");
        await AgeAsync(agent, seconds: 181);
        (await StatusOf(id)).Should().Be("unknown", "the session fell silent");
        (await RowVersionAsync(id)).Should().Be(before, "an unchanged object is not written again");
    }

    [Fact]
    public async Task A_confirmation_without_items_says_what_it_left_out()
    {
        var (id, agent) = await GivenPlacedAsync();
        var stack = (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health", broker.AdminPak)).Body["stack_id"]!.GetValue<string>();
        var epoch = await EpochAsync(agent);
        await ReportAsync(agent, id, "healthy", epoch, 1);
        var added = await broker.GivenObjectAsync(stack, "added");

        var (_, answer) = await PatchAsync(agent, $$"""{"epoch":{{epoch}},"sequence":2,"confirms_through":1,"checked_at":"2026-01-15T11:30:00Z"}""");

        answer["missing"]!.AsArray().Select(m => m!.GetValue<string>()).Should().Equal(added);
        (await HealthOf(id))["checked_at"]!.GetValue<string>().Should().Be("2026-01-15T11:30:00Z");
    }

    [Fact]
    public async Task A_report_from_before_a_confirmation_changes_nothing()
    {
        var (id, agent) = await GivenPlacedAsync();
        var epoch = await EpochAsync(agent);
        await ReportAsync(agent, id, "healthy", epoch, 1);
        await PatchAsync(agent, $$"""{"epoch":{{epoch}},"sequence":3,"confirms_through":1}""");

        await ReportAsync(agent, id, "failing", epoch, 2);

        (await StatusOf(id)).Should().Be("healthy");
    }

    [Fact]
    public async Task A_report_that_the_agent_does_not_know_to_have_arrived_is_not_confirmed()
    {
        var (id, agent) = await GivenPlacedAsync();
        var epoch = await EpochAsync(agent);
        await ReportAsync(agent, id, "healthy", epoch, 1);
        await ReportAsync(agent, id, "failing", epoch, 2);

        var (_, answer) = await PatchAsync(agent, $$"""{"epoch":{{epoch}},"sequence":3,"confirms_through":1}""");

        answer["missing"]!.AsArray().Select(m => m!.GetValue<string>()).Should().Equal(id);
    }

    [Fact]
    public async Task What_went_stale_must_be_reported_again_and_its_return_is_in_the_history()
    {
        var (id, agent) = await GivenPlacedAsync();
        var epoch = await EpochAsync(agent);
        await ReportAsync(agent, id, "healthy", epoch, 1);
        await AgeAsync(agent, seconds: 200);

        var (_, answer) = await PatchAsync(agent, $$"""{"epoch":{{epoch}},"sequence":2,"confirms_through":1}""");
        answer["missing"]!.AsArray().Select(m => m!.GetValue<string>()).Should().Equal(id);
        (await StatusOf(id)).Should().Be("unknown");
        (await HistoryOf(id)).Should().Equal("unknown>healthy", "healthy>unknown");
        await PatchAsync(agent, Report(id, "healthy", epoch, 3, FirstTime, confirms: 2));

        (await StatusOf(id)).Should().Be("healthy");
        (await HistoryOf(id)).Should().Equal("unknown>healthy", "healthy>unknown", "unknown>healthy");
    }

    [Fact]
    public async Task A_restart_keeps_what_the_former_session_confirmed_fresh()
    {
        var (id, agent) = await GivenPlacedAsync();
        var epoch = await EpochAsync(agent);
        await ReportAsync(agent, id, "healthy", epoch, 1);
        await AgeRowsAsync(agent, seconds: 1000);
        await PatchAsync(agent, $$"""{"epoch":{{epoch}},"sequence":2,"confirms_through":0}""");
        await broker.SqlAsync($"UPDATE agent_sessions SET confirmed_through = 1, confirmed_at = NOW() WHERE agent_id = '{agent.Id}'");

        await EpochAsync(agent);

        (await StatusOf(id)).Should().Be("healthy");
    }

    [Fact]
    public async Task An_announced_interval_lengthens_the_patience()
    {
        var (id, agent) = await GivenPlacedAsync();
        var (_, session) = await StartAsync(agent, """{"report_interval_seconds":100}""");
        await ReportAsync(agent, id, "healthy", session["epoch"]!.GetValue<long>(), 1);

        await AgeAsync(agent, seconds: 290);
        (await StatusOf(id)).Should().Be("healthy");
        await AgeAsync(agent, seconds: 11);
        (await StatusOf(id)).Should().Be("unknown");
    }

    private async Task<(string Id, (string Id, string Pak) Agent)> GivenPlacedAsync()
    {
        var stack = await broker.GivenStackAsync();
        return (await broker.GivenObjectAsync(stack), await broker.GivenAgentAsync(stack));
    }

    private Task<(int Status, JsonNode Body)> StartAsync((string Id, string Pak) agent, string body) =>
        broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{agent.Id}/sessions", agent.Pak, body);

    private async Task<long> EpochAsync((string Id, string Pak) agent) => (await StartAsync(agent, "{}")).Body["epoch"]!.GetValue<long>();

    private Task<(int Status, JsonNode Body)> PatchAsync((string Id, string Pak) agent, string body) =>
        broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak, body);

    private Task<(int Status, JsonNode Body)> ReportAsync(
        (string Id, string Pak) agent, string id, string status, long epoch, long sequence, string checkedAt = FirstTime) =>
        PatchAsync(agent, Report(id, status, epoch, sequence, checkedAt, confirms: null));

    private static string Report(string id, string status, long epoch, long sequence, string checkedAt, long? confirms) => new JsonObject
    {
        ["epoch"] = epoch,
        ["sequence"] = sequence,
        ["confirms_through"] = confirms,
        ["deployment_objects"] = new JsonArray(new JsonObject { ["id"] = id, ["status"] = status, ["checked_at"] = checkedAt }),
    }.ToJsonString();

    private async Task<JsonNode> HealthOf(string id) =>
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health", broker.AdminPak)).Body;

    private async Task<string> StatusOf(string id) => (await HealthOf(id))["status"]!.GetValue<string>();

    /// <summary>The changes, oldest first.</summary>
    private async Task<IEnumerable<string>> HistoryOf(string id) =>
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health/history", broker.AdminPak)).Body["transitions"]!.AsArray()
        .Select(t => $"{t!["from"]}>{t["to"]}").Reverse();

    private async Task AgeAsync((string Id, string Pak) agent, int seconds)
    {
        await AgeRowsAsync(agent, seconds);
        await broker.SqlAsync($"""
            UPDATE agent_sessions SET heard_at = heard_at - INTERVAL '{seconds} seconds', confirmed_at = confirmed_at - INTERVAL '{seconds} seconds'
             WHERE agent_id = '{agent.Id}'
            """);
    }

    private Task AgeRowsAsync((string Id, string Pak) agent, int seconds) => broker.AgeAsync($"p.agent_id = '{agent.Id}'", seconds);

    private async Task<string?> RowVersionAsync(string id) =>
        (await broker.SqlAsync($"SELECT xmin::text FROM deployment_health WHERE deployment_object_id = '{id}'"))?.ToString();
}
