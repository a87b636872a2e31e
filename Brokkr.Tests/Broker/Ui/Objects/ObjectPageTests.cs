using System.Net;

namespace Brokkr.Tests.Broker.Ui.Objects;

/// <summary>The page of a deployment object, as the broker answers it.</summary>
public sealed class ObjectPageTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task It_says_how_it_is_in_the_worst_cluster_and_leads_to_the_others()
    {
        var (stack, name) = await GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var (well, ill) = (await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack));
        await broker.ReportAsync(well, id, "healthy");
        await broker.ReportInFullAsync(ill, id);
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");

        var page = await admin.ReadAsync($"/ui/objects/{name}/web");

        page.Should().Contain("Failing in").And.Contain("CrashLoopBackOff on container app of Pod web-1, exit code 2, 7 restarts.")
            .And.Contain("Read the previous log in a diagnostic", "the documentation's advice stands beside")
            .And.Contain("aria-label=\"Clusters, worst first\"").And.Contain("aria-label=\"30 days: ").And.Contain("Diagnose in ")
            .And.Contain("<td class=\"message\">1 of 3 replicas are ready</td>")
            .And.Contain("&lt;img src=x").And.NotContain("<img");
        (await admin.ReadAsync($"/ui/objects/{name}/web?agent={await NameOfAsync(well.Id)}")).Should().Contain("Healthy in").And.NotContain("Failing in");
    }

    [Fact]
    public async Task A_rollout_is_shown_wherever_the_object_is()
    {
        var (stack, name) = await GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        var (status, body) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak, $$$"""
            {"deployment_objects":[{"id":"{{{id}}}","status":"healthy","rolling_out":true,"checked_at":"2026-01-15T10:30:00Z","summary":{}}]}
            """);
        status.Should().Be(200, body.ToJsonString());
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        foreach (var path in new[] { $"/ui/objects/{name}/web", $"/ui/objects?stack={name}", $"/ui/clusters/{await NameOfAsync(agent.Id)}" })
            (await reader.ReadAsync(path)).Should().Contain("class=\"status rolling-out\"", path);
    }

    [Fact]
    public async Task Its_address_stays_with_a_new_revision()
    {
        var (stack, name) = await GivenStackAsync();
        await broker.GivenObjectAsync(stack);
        var second = await broker.GivenObjectAsync(stack);
        var agent = await broker.GivenAgentAsync(stack);
        await broker.ReportAsync(agent, second, "healthy");
        await broker.ReportAsync(agent, second, "degraded", "2026-01-15T11:30:00Z");
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        var page = await reader.ReadAsync($"/ui/objects/{name}/web");

        page.Should().Contain("id=\"revision-2\"").And.Contain("id=\"revision-1\"").And.Contain("<h2 id=\"changes\">Changes")
            .And.Contain("This takes the key of an admin", "a reader may look");
    }

    [Fact]
    public async Task Without_a_target_and_in_silence_it_says_so()
    {
        var (stack, name) = await GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        (await reader.ReadAsync($"/ui/objects/{name}/web")).Should().Contain($"No cluster is targeted at the stack {name}");

        var agent = await broker.GivenAgentAsync(stack);
        await broker.ReportAsync(agent, id, "degraded");
        await broker.AgeAsync($"p.agent_id = '{agent.Id}'", 600);
        (await reader.ReadAsync($"/ui/objects/{name}/web")).Should().Contain("is silent for").And.Contain("; before that it was degraded.");
    }

    [Theory]
    [InlineData("nothing", "web")]
    [InlineData("%3Cscript%3E", "%3Cscript%3E")]
    public async Task What_is_not_there_is_a_page_that_says_so(string stack, string name)
    {
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        using var answer = await reader.GetAsync($"/ui/objects/{stack}/{name}");

        answer.StatusCode.Should().BeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("<!DOCTYPE html>").And.Contain("Request id").And.NotContain("<script>");
    }

    private async Task<(string Id, string Name)> GivenStackAsync()
    {
        var id = await broker.GivenStackAsync();
        return (id, (string)(await broker.SqlAsync($"SELECT name FROM stacks WHERE id = '{id}'"))!);
    }

    private async Task<string> NameOfAsync(string agentId) => (string)(await broker.SqlAsync($"SELECT name FROM agents WHERE id = '{agentId}'"))!;
}
