using System.Text.Json.Nodes;
using Brokkr.Broker.Health;
using Google.Protobuf.WellKnownTypes;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Tests.Broker.Health;

/// <summary>What an agent says about the time costs nobody a page, whatever its clock shows.</summary>
public sealed class ClockTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string EndOfTime = "9999-12-31T23:59:59.9999999Z";

    [Fact]
    public async Task A_time_at_the_end_of_the_calendar_is_cut_and_noted_and_every_read_answers()
    {
        var (stack, id, agent) = await GivenPlacedAsync();

        var (_, answer) = await broker.ReportAsync(agent, id, "degraded", EndOfTime);

        answer["accepted"]!.GetValue<int>().Should().Be(1, answer.ToJsonString());
        foreach (var path in Reads(stack, id, agent.Id))
            (await broker.RestAsync(HttpMethod.Get, path, broker.AdminPak)).Status.Should().Be(200, path);
        var health = await HealthAsync(id);
        DateTimeOffset.Parse(health["checked_at"]!.GetValue<string>()).Should().BeBefore(DateTimeOffset.UtcNow.AddDays(1.1));
        Conditions(health).Should().Equal("ClockSkew", "CrashLoopBackOff");
        var (_, listed) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/health?condition=ClockSkew&agent_id={agent.Id}", broker.AdminPak);
        listed["deployment_objects"]!.AsArray().Should().ContainSingle();
    }

    [Fact]
    public async Task A_session_may_say_so_too()
    {
        var (_, id, agent) = await GivenPlacedAsync();
        var (_, session) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{agent.Id}/sessions", agent.Pak, "{}");
        var epoch = session["epoch"]!.GetValue<long>();
        await ReportAsync(agent, $$"""
            {"epoch":{{epoch}},"sequence":1,"deployment_objects":[{"id":"{{id}}","status":"healthy"}]}
            """);

        var (status, answer) = await ReportAsync(agent, $$"""
            {"epoch":{{epoch}},"sequence":2,"confirms_through":1,"checked_at":"{{EndOfTime}}","deployment_objects":[]}
            """);

        status.Should().Be(200, answer.ToJsonString());
        DateTimeOffset.Parse((await HealthAsync(id))["checked_at"]!.GetValue<string>()).Should().BeBefore(DateTimeOffset.UtcNow.AddDays(1.1));
    }

    [Theory]
    [InlineData("UPDATE placements SET checked_at = '10000-01-01' WHERE deployment_object_id = '{0}'")]
    [InlineData("UPDATE placements SET checked_at = 'infinity' WHERE deployment_object_id = '{0}'")]
    [InlineData("UPDATE placements SET since = '10000-01-01' WHERE deployment_object_id = '{0}'")]
    [InlineData("UPDATE placements SET since = 'infinity' WHERE deployment_object_id = '{0}'")]
    [InlineData("UPDATE placements SET since = '-infinity' WHERE deployment_object_id = '{0}'")]
    [InlineData("UPDATE placements SET status = 'splendid' WHERE deployment_object_id = '{0}'")]
    [InlineData("UPDATE deployment_health SET summary = '[1]' WHERE deployment_object_id = '{0}'")]
    [InlineData("UPDATE deployment_health SET summary = '{{\"pods_ready\":\"many\"}}' WHERE deployment_object_id = '{0}'")]
    public async Task A_row_that_cannot_be_read_costs_itself(string sql)
    {
        var (stack, id, agent) = await GivenPlacedAsync();
        var other = await broker.GivenObjectAsync(stack, "other");
        await broker.ReportAsync(agent, id, "failing");
        await broker.ReportAsync(agent, other, "degraded");

        await broker.SqlAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, id));

        foreach (var path in Reads(stack, id, agent.Id))
            (await broker.RestAsync(HttpMethod.Get, path, broker.AdminPak)).Status.Should().Be(200, path);
        var health = await HealthAsync(id);
        health["status"]!.GetValue<string>().Should().Be("unknown");
        Conditions(health).Should().Contain("Unreadable");
        (await HealthAsync(other))["status"]!.GetValue<string>().Should().Be("degraded");
        foreach (var order in (string[])["name", "since"])
            (await WalkAsync($"/api/v1/health?stack_id={stack}&order_by={order}")).Should().BeEquivalentTo([id, other], order);
        (await WalkAsync($"/api/v1/health?stack_id={stack}&order_by=severity")).Should().Contain(other);
    }

    [Fact]
    public void What_lies_within_a_day_stays_to_the_microsecond()
    {
        var received = new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);
        var item = new Wire.DeploymentObjectReport
        {
            Id = $"{Guid.NewGuid()}",
            Status = Word.Healthy,
            CheckedAt = new() { Seconds = received.AddHours(23).ToUnixTimeSeconds(), Nanos = 123_456_789 },
            Summary = new() { Findings = { new Wire.Finding { Condition = "Odd", Since = received.AddDays(400).ToTimestamp() } } },
        };

        var (rows, _) = ReportCheck.Of([item], received);

        rows[0].CheckedAt.Should().Be(received.AddHours(23).AddTicks(1_234_560));
        rows[0].IsAhead.Should().BeTrue("the finding's time lies far ahead");
        item.Summary.Findings[0].Since.ToDateTimeOffset().Should().Be(received.AddDays(1));
        item.Summary.Conditions.Should().Equal("ClockSkew");
    }

    private async Task<(string Stack, string Id, (string Id, string Pak) Agent)> GivenPlacedAsync()
    {
        var stack = await broker.GivenStackAsync();
        return (stack, await broker.GivenObjectAsync(stack), await broker.GivenAgentAsync(stack));
    }

    private Task<(int Status, JsonNode Body)> ReportAsync((string Id, string Pak) agent, string json) =>
        broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak, json);

    private async Task<JsonNode> HealthAsync(string id) =>
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health", broker.AdminPak)).Body;

    private static string[] Reads(string stack, string id, string agent) =>
    [
        "/api/v1/health", $"/api/v1/stacks/{stack}/health", $"/api/v1/agents/{agent}/health", $"/api/v1/deployment-objects/{id}/health",
        $"/api/v1/deployment-objects/{id}/health/history", $"/api/v1/health/groups?stack_id={stack}", "/api/v1/health/changes",
    ];

    /// <summary>The identifiers of a list, row after row.</summary>
    private async Task<List<string>> WalkAsync(string path)
    {
        var (ids, token) = (new List<string>(), "");
        do
        {
            var (status, page) = await broker.RestAsync(HttpMethod.Get, $"{path}&page_size=1&page_token={token}", broker.AdminPak);
            status.Should().Be(200, page.ToJsonString());
            ids.AddRange(page["deployment_objects"]!.AsArray().Select(o => o!["id"]!.GetValue<string>()));
            token = page["next_page_token"]!.GetValue<string>();
        }
        while (token.Length > 0 && ids.Count < 5);
        return ids;
    }

    private static IEnumerable<string> Conditions(JsonNode health) =>
        health["summary"]!["conditions"]!.AsArray().Select(c => c!.GetValue<string>());
}
