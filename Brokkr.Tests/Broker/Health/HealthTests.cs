namespace Brokkr.Tests.Broker.Health;

public sealed class HealthTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task The_documented_report_is_stored_and_read_back_with_the_documented_fields()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);

        var (status, answer) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak, $$"""
            {
              "deployment_objects": [
                {
                  "id": "{{id}}",
                  "status": "degraded",
                  "summary": {
                    "pods_ready": 2,
                    "pods_total": 3,
                    "conditions": ["ImagePullBackOff"],
                    "resources": [
                      {
                        "kind": "Deployment",
                        "name": "my-app",
                        "namespace": "production",
                        "ready": false,
                        "message": "2/3 replicas available"
                      }
                    ]
                  },
                  "checked_at": "2025-01-15T10:30:00Z"
                }
              ]
            }
            """);
        status.Should().Be(200);
        answer["accepted"]!.GetValue<int>().Should().Be(1, answer.ToJsonString());

        var (_, health) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health", broker.AdminPak);
        health["deployment_object_id"]!.GetValue<string>().Should().Be(id);
        health["status"]!.GetValue<string>().Should().Be("degraded");
        health["checked_at"]!.GetValue<string>().Should().Be("2025-01-15T10:30:00Z");
        health["summary"]!["pods_ready"]!.GetValue<int>().Should().Be(2);
        health["summary"]!["conditions"]!.AsArray().Select(c => c!.GetValue<string>()).Should().Equal("ImagePullBackOff");
        var resource = health["summary"]!["resources"]![0]!;
        resource["message"]!.GetValue<string>().Should().Be("2/3 replicas available");
        resource["ready"]!.GetValue<bool>().Should().BeFalse();

        var (_, stackHealth) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/stacks/{stack}/health", broker.AdminPak);
        stackHealth["stack_id"]!.GetValue<string>().Should().Be(stack);
        stackHealth["overall_status"]!.GetValue<string>().Should().Be("degraded");
        stackHealth["deployment_objects"]![0]!["id"]!.GetValue<string>().Should().Be(id);
        var (_, agentHealth) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}/health", agent.Pak);
        agentHealth["overall_status"]!.GetValue<string>().Should().Be("degraded");
    }

    [Fact]
    public async Task Zeros_and_empty_lists_are_present()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);

        var (_, health) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health", broker.AdminPak);

        health["summary"]!["pods_ready"]!.GetValue<int>().Should().Be(0);
        health["summary"]!["resources"]!.AsArray().Should().BeEmpty();
        health["summary"]!["conditions"]!.AsArray().Select(c => c!.GetValue<string>()).Should().Equal("NoTarget");
        health["agents"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task An_older_report_never_replaces_a_newer_one()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        await broker.ReportAsync(agent, id, "failing", "2026-01-15T10:30:00Z");

        var (_, answer) = await broker.ReportAsync(agent, id, "healthy", "2026-01-15T10:29:59Z");

        answer["rejected"]![0]!["reason"]!.GetValue<string>().Should().Be("older_than_stored");
        (await StatusOf(id)).Should().Be("failing");
    }

    [Fact]
    public async Task A_silent_agent_makes_its_objects_unknown_until_it_reports_again()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        await broker.ReportAsync(agent, id, "healthy", "2026-01-15T10:30:00Z");
        await AgeReportAsync(id, seconds: 181);

        var (_, stale) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health", broker.AdminPak);

        stale["status"]!.GetValue<string>().Should().Be("unknown");
        stale["agents"]![0]!["last_known_status"]!.GetValue<string>().Should().Be("healthy");
        stale["summary"]!["conditions"]!.AsArray().Select(c => c!.GetValue<string>()).Should().Contain("Stale");
        await broker.ReportAsync(agent, id, "healthy", "2026-01-15T10:00:00Z");
        (await StatusOf(id)).Should().Be("healthy", "a row that went stale takes any report");
    }

    [Fact]
    public async Task A_target_that_never_reported_is_awaited_and_then_called_so()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        await broker.GivenAgentAsync(stack);

        (await ConditionsOf(id)).Should().Equal("AwaitingReport");
        await AgeReportAsync(id, seconds: 181);
        (await ConditionsOf(id)).Should().Equal("NeverReported");
    }

    [Fact]
    public async Task One_bad_item_is_rejected_and_the_rest_is_stored()
    {
        var (mine, foreign) = (await broker.GivenStackAsync(), await broker.GivenStackAsync());
        var (id, other) = (await broker.GivenObjectAsync(mine), await broker.GivenObjectAsync(foreign));
        var agent = await broker.GivenAgentAsync(mine);

        var (status, answer) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak, $$$"""
            {"deployment_objects":[
              {"id":"{{{id}}}","status":"healthy","checked_at":"2026-01-15T10:30:00Z"},
              {"id":"{{{id}}}","status":"failing"},
              {"id":"not-a-uuid","status":"healthy"},
              {"id":"{{{other}}}","status":"healthy"},
              {"id":"{{{Guid.NewGuid()}}}","status":"healthy"},
              {"id":"{{{Guid.NewGuid()}}}","status":"unspecified"},
              {"id":"{{{Guid.NewGuid()}}}","status":"healthy","summary":{"pods_ready":2,"pods_total":1}},
              {"id":"{{{Guid.NewGuid()}}}","status":"healthy","summary":{"pods_ready":-1,"pods_total":1}}]}
            """);

        status.Should().Be(200);
        answer["accepted"]!.GetValue<int>().Should().Be(1);
        answer["rejected"]!.AsArray().Select(r => r!["reason"]!.GetValue<string>()).Should().BeEquivalentTo(
            ["duplicate_id", "invalid_id", "not_found", "not_found", "invalid_status", "invalid_count", "invalid_count"]);
        (await StatusOf(id)).Should().Be("healthy");
        (await StatusOf(other)).Should().Be("unknown");
    }

    [Fact]
    public async Task Several_agents_are_rolled_up_to_the_worst_with_pods_summed()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var (first, second) = (await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack));
        await broker.ReportAsync(first, id, "healthy", "2026-01-15T10:31:00Z");
        await broker.ReportAsync(second, id, "failing", "2026-01-15T10:30:00Z");

        var (_, health) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health", broker.AdminPak);

        health["status"]!.GetValue<string>().Should().Be("failing");
        health["checked_at"]!.GetValue<string>().Should().Be("2026-01-15T10:30:00Z");
        health["summary"]!["pods_total"]!.GetValue<int>().Should().Be(2);
        health["agents"]!.AsArray().Select(a => a!["agent_id"]!.GetValue<string>()).Should().Equal(second.Id, first.Id);
    }

    [Fact]
    public async Task A_page_holds_its_rows_and_the_overall_status_covers_all()
    {
        var stack = await broker.GivenStackAsync();
        foreach (var name in new[] { "a", "b", "c" })
            await broker.GivenObjectAsync(stack, name);
        var last = await broker.GivenObjectAsync(stack, "d");
        var agent = await broker.GivenAgentAsync(stack);
        await broker.ReportAsync(agent, last, "failing");

        var (_, first) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/stacks/{stack}/health?page_size=3", broker.AdminPak);
        var (_, second) =
            await broker.RestAsync(HttpMethod.Get, $"/api/v1/stacks/{stack}/health?page_size=3&page_token={first["next_page_token"]}", broker.AdminPak);

        first["overall_status"]!.GetValue<string>().Should().Be("failing");
        first["deployment_objects"]!.AsArray().Select(o => o!["name"]!.GetValue<string>()).Should().Equal("a", "b", "c");
        second["deployment_objects"]!.AsArray().Select(o => o!["name"]!.GetValue<string>()).Should().Equal("d");
        second["next_page_token"]!.GetValue<string>().Should().BeEmpty();
    }

    [Fact]
    public async Task A_stack_without_objects_is_healthy_and_one_without_agents_counts_nothing()
    {
        var stack = await broker.GivenStackAsync();
        var (_, empty) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/stacks/{stack}/health", broker.AdminPak);
        await broker.GivenObjectAsync(stack);
        var (_, untargeted) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/stacks/{stack}/health", broker.AdminPak);

        empty["overall_status"]!.GetValue<string>().Should().Be("healthy");
        empty["deployment_objects"]!.AsArray().Should().BeEmpty();
        untargeted["overall_status"]!.GetValue<string>().Should().Be("healthy");
        untargeted["deployment_objects"]![0]!["status"]!.GetValue<string>().Should().Be("unknown");
    }

    [Fact]
    public async Task Removing_a_target_or_superseding_an_object_leaves_no_health_behind()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        await broker.ReportAsync(agent, id, "failing");
        var newer = await broker.GivenObjectAsync(stack);
        (await broker.SqlAsync($"SELECT COUNT(*) FROM deployment_health WHERE deployment_object_id = '{id}'")).Should().Be(0L);

        await broker.ReportAsync(agent, newer, "failing");
        await broker.RestAsync(HttpMethod.Delete, $"/api/v1/agents/{agent.Id}/targets/{stack}", broker.AdminPak);

        (await broker.SqlAsync($"SELECT COUNT(*) FROM deployment_health WHERE deployment_object_id = '{newer}'")).Should().Be(0L);
        (await ConditionsOf(newer)).Should().Equal("NoTarget");
        (await ConditionsOf(id)).Should().Equal("Superseded");
    }

    [Fact]
    public async Task Text_of_agents_is_cleaned_before_it_is_stored()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);

        var (status, _) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak,
            $$$"""{"deployment_objects":[{"id":"{{{id}}}","status":"healthy","summary":{"resources":["""
                + $$$"""{"kind":"Pod","message":"a\u0000b\u001b[31m\u001b[2J\u202e"}]}}]}""");

        status.Should().Be(200);
        var (_, health) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health", broker.AdminPak);
        health["summary"]!["resources"]![0]!["message"]!.GetValue<string>().Should()
            .Be(@"a\x00b\x1b[2J\u202e", "colours go, and what else moves a terminal becomes visible");
    }

    private async Task<string> StatusOf(string id) =>
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health", broker.AdminPak)).Body["status"]!.GetValue<string>();

    private async Task<IEnumerable<string>> ConditionsOf(string id) =>
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{id}/health", broker.AdminPak)).Body["summary"]!["conditions"]!.AsArray()
        .Select(c => c!.GetValue<string>());

    private Task AgeReportAsync(string id, int seconds) => broker.AgeAsync($"p.deployment_object_id = '{id}'", seconds);
}
