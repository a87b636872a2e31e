using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Health;

/// <summary>The fleet's health in pages, under filters, with counts.</summary>
public sealed class FleetHealthTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Every_deployment_object_has_a_row_on_each_of_its_agents()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var (ill, silent) = (await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack));
        await broker.ReportAsync(ill, id, "degraded");

        var list = await ListAsync($"stack_id={stack}");

        Rows(list).Select(r => (Text(r, "id"), Text(r, "agent_id"), Text(r, "status"))).Should().BeEquivalentTo(
            new[] { (id, ill.Id, "degraded"), (id, silent.Id, "unknown") });
        var row = Rows(list).Single(r => Text(r, "agent_id") == ill.Id);
        row["summary"]!["pods_total"]!.GetValue<int>().Should().Be(1);
        row["summary"]!["pods_ready"]!.GetValue<int>().Should().Be(0);
        Text(row, "checked_at").Should().Be("2026-01-15T10:30:00Z");
        Text(row, "stack_name").Should().StartWith("stack-");
        row["since"].Should().NotBeNull();
        row["received_at"].Should().NotBeNull();
        Counts(list).Should().Be((0, 1, 1, 0));
    }

    [Fact]
    public async Task Each_filter_narrows_the_rows_and_all_but_the_status_the_counts()
    {
        var stack = await broker.GivenStackAsync();
        var (web, api) = (await broker.GivenObjectAsync(stack, "Web.Front"), await broker.GivenObjectAsync(stack, "api"));
        var (first, second) = (await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack));
        await broker.ReportAsync(first, web, "failing");
        await broker.ReportAsync(first, api, "healthy");

        Rows(await ListAsync($"stack_id={stack}&status=failing")).Select(r => Text(r, "id")).Should().Equal(web);
        Counts(await ListAsync($"stack_id={stack}&status=failing")).Should().Be((1, 0, 2, 1));
        Rows(await ListAsync($"stack_id={stack}&status=unknown")).Select(r => Text(r, "agent_id")).Should().Equal(second.Id, second.Id);
        Rows(await ListAsync($"agent_id={first.Id}")).Should().HaveCount(2);
        Counts(await ListAsync($"agent_id={first.Id}")).Should().Be((1, 0, 0, 1));
        Rows(await ListAsync($"stack_id={stack}&text=web.f")).Select(r => Text(r, "id")).Should().Equal(web, web);
        Rows(await ListAsync($"stack_id={stack}&text=%25")).Should().BeEmpty("text is no pattern");
        Rows(await ListAsync($"agent_id={first.Id}&text={Text(Rows(await ListAsync($"agent_id={first.Id}"))[0], "agent_name")}")).Should().HaveCount(2);
        Rows(await ListAsync($"stack_id={stack}&condition=CrashLoopBackOff")).Should().HaveCount(2);
        Counts(await ListAsync($"stack_id={stack}&condition=CrashLoopBackOff")).Should().Be((1, 0, 0, 1));
        Rows(await ListAsync($"stack_id={stack}&condition=AwaitingReport")).Select(r => Text(r, "agent_id")).Should().Equal(second.Id, second.Id);
        Rows(await ListAsync($"stack_id={stack}&condition=Stale")).Should().BeEmpty();
        Rows(await ListAsync($"stack_id={Guid.NewGuid()}")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_silent_agents_rows_are_found_as_stale_and_unknown_and_counted_so()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        await broker.ReportAsync(agent, id, "failing");
        await broker.AgeAsync($"p.agent_id = '{agent.Id}'", seconds: 200);

        var stale = Rows(await ListAsync($"stack_id={stack}&condition=Stale&status=unknown")).Should().ContainSingle().Subject;

        Text(stale, "last_known_status").Should().Be("failing");
        DateTimeOffset.Parse(Text(stale, "since"), System.Globalization.CultureInfo.InvariantCulture)
            .Should().BeCloseTo(TimeProvider.System.GetUtcNow().AddSeconds(-20), TimeSpan.FromSeconds(10), "it became stale 180 s after the report");
        Rows(await ListAsync($"stack_id={stack}&status=failing")).Should().BeEmpty();
        Counts(await ListAsync($"stack_id={stack}")).Should().Be((0, 0, 1, 0));
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/stacks/{stack}/health", broker.AdminPak)).Body["overall_status"]!.GetValue<string>().Should()
            .Be("unknown");
    }

    [Fact]
    public async Task Pages_neither_repeat_nor_skip_a_row_while_statuses_change()
    {
        var stack = await broker.GivenStackAsync();
        var ids = new List<string>();
        foreach (var name in new[] { "e", "a", "d", "B", "c" })
            ids.Add(await broker.GivenObjectAsync(stack, name));
        var agents = new[] { await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack) };
        var (names, token) = (new List<string>(), "");
        do
        {
            var page = await ListAsync($"stack_id={stack}&page_size=3&page_token={token}");
            names.AddRange(Rows(page).Select(r => Text(r, "name")));
            token = Text(page, "next_page_token");
            foreach (var id in ids)
                await broker.ReportAsync(agents[names.Count % 2], id, names.Count % 3 == 0 ? "failing" : "healthy", $"2026-01-15T10:{names.Count:00}:00Z");
        }
        while (token.Length > 0);

        names.Should().Equal("B", "B", "a", "a", "c", "c", "d", "d", "e", "e");
    }

    [Theory]
    [InlineData("status=ill", "failing, degraded")]
    [InlineData("status=1", "failing, degraded")]
    [InlineData("status=unspecified", "failing, degraded")]
    [InlineData("stack_id=7", "UUID")]
    [InlineData("agent_id=x", "UUID")]
    [InlineData("page_size=501", "500")]
    [InlineData("page_token=WyJhIl0", "next_page_token")]
    [InlineData("text=%00", "NUL")]
    public async Task A_wrong_parameter_is_named(string query, string sentence)
    {
        var (status, error) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/health?{query}", broker.AdminPak);

        status.Should().Be(400);
        error["message"]!.GetValue<string>().Should().StartWith($"{query.Split('=')[0]}:");
        error["message"]!.GetValue<string>().Should().ContainAny(sentence, "healthy, degraded");
    }

    [Fact]
    public async Task The_same_over_grpc()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        await broker.ReportAsync(agent, id, "failing");
        var client = new Wire.HealthService.HealthServiceClient(broker.Grpc);

        var list = await client.ListHealthAsync(
            new() { StackId = stack, Status = { Wire.HealthStatus.Types.Word.Failing } }, BrokerFixture.As(broker.AdminPak));

        list.DeploymentObjects.Should().ContainSingle().Which.Id.Should().Be(id);
        list.Counts.Failing.Should().Be(1);
    }

    private async Task<JsonNode> ListAsync(string query)
    {
        var (status, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/health?{query}", broker.AdminPak);
        status.Should().Be(200, body.ToJsonString());
        return body;
    }

    private static List<JsonNode> Rows(JsonNode list) => [.. list["deployment_objects"]!.AsArray().Select(r => r!)];

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();

    private static (int Failing, int Degraded, int Unknown, int Healthy) Counts(JsonNode list)
    {
        var counts = list["counts"]!;
        return (Of("failing"), Of("degraded"), Of("unknown"), Of("healthy"));

        int Of(string status) => counts[status]!.GetValue<int>();
    }
}
