using Brokkr.Tests.Broker.Diagnostics;
using Grpc.Core;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>What agents say of themselves.</summary>
public sealed class AgentFactTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private Wire.AgentService.AgentServiceClient Client => new(broker.Grpc);

    [Fact]
    public async Task A_deletion_that_is_held_back_is_with_the_agent_until_an_admin_confirms_it_for_that_state()
    {
        var agent = await broker.GivenAgentAsync(await broker.GivenStackAsync());
        var none = await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{agent.Id}/confirm-deletion", broker.AdminPak);
        await ReportAsync(agent, new() { DeletionHeld = new() { Count = 40, Number = 7 } });
        var first = await GetAsync(agent);
        await ReportAsync(agent, new() { DeletionHeld = new() { Count = 41, Number = 7 } });

        var outdated = await broker.RestAsync(
            HttpMethod.Post, $"/api/v1/agents/{agent.Id}/confirm-deletion", broker.AdminPak, """{"number": 6}""");
        var confirmed = await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{agent.Id}/confirm-deletion", broker.AdminPak);

        none.Status.Should().Be(409, none.Body.ToJsonString());
        none.Body.Text("error").Should().Be("no_deletion_held");
        ((string?)outdated.Body["message"]).Should().Be("The agent holds a deletion back for target state 7 by now: look at it again.");
        confirmed.Status.Should().Be(200);
        var second = await GetAsync(agent);
        second.DeletionHeld.Should().Match<Wire.DeletionHeld>(h => h.Count == 41 && h.Number == 7);
        second.DeletionHeld.Since.Should().Be(first.DeletionHeld.Since);
        (await Client.GetTargetStateAsync(new() { AgentId = agent.Id }, BrokerFixture.As(agent.Pak))).ConfirmedNumber.Should().Be(7);
        await ReportAsync(agent, new());
        (await GetAsync(agent)).DeletionHeld.Should().BeNull();
        var audit = await broker.RestAsync(HttpMethod.Get, "/api/v1/audit-events", broker.AdminPak);
        audit.Body["audit_events"]!.AsArray().Where(e => (string?)e!["object_id"] == agent.Id).Select(e => (string?)e!["action"]).Should()
            .ContainInOrder("confirm_deletion", "hold_deletion").And.ContainSingle(a => a == "hold_deletion");
    }

    [Fact]
    public async Task However_often_an_agent_changes_its_mind_a_deletion_is_in_the_audit_once_an_hour()
    {
        var agent = await broker.GivenAgentAsync();

        for (var number = 1; number <= 20; number++)
        {
            await ReportAsync(agent, new() { DeletionHeld = new() { Count = 1, Number = number } });
            await ReportAsync(agent, new());
        }

        (await broker.SqlAsync($"SELECT COUNT(*) FROM audit_trail WHERE action = 'hold_deletion' AND object_id = '{agent.Id}'")).Should()
            .Match(n => (long)n <= 2, "the hour may end in between");
    }

    [Fact]
    public async Task Missing_rights_and_the_cluster_stand_with_the_agent()
    {
        var agent = await broker.GivenAgentAsync();
        await Client.StartSessionAsync(
            new() { AgentId = agent.Id, KubernetesVersion = "v1.36.0", ClusterId = "uid-of-kube-system" }, BrokerFixture.As(agent.Pak));

        await ReportAsync(
            agent, new() { MissingRights = { new Wire.MissingRight { Resource = "secrets\u0007", Namespace = "prod", Verbs = { "get", "patch" } } } });

        var read = await GetAsync(agent);
        read.MissingRights.Should().ContainSingle().Which.Should().Match<Wire.MissingRight>(r => !r.Resource.Contains('\u0007') && r.Verbs.Count == 2);
        (read.KubernetesVersion, read.ClusterId).Should().Be(("v1.36.0", "uid-of-kube-system"));
    }

    [Fact]
    public async Task Secrets_in_what_an_agent_says_of_itself_are_taken_out()
    {
        var agent = await broker.GivenAgentAsync();
        await Client.StartSessionAsync(new() { AgentId = agent.Id, AgentVersion = "token=hunter2-planted", ClusterId = "password=hunter2-planted" },
            BrokerFixture.As(agent.Pak));

        await ReportAsync(agent, new() { MissingRights = { new Wire.MissingRight { Resource = agent.Pak, Verbs = { "password=hunter2-planted" } } } });

        (await GetAsync(agent)).ToString().Should().NotContainAny("hunter2", agent.Pak[^20..]).And.Contain("[redacted:brokkr_pak]");
    }

    [Fact]
    public async Task What_is_wrong_is_named_and_nobody_speaks_for_another()
    {
        var (agent, other) = (await broker.GivenAgentAsync(), await broker.GivenAgentAsync());

        var many = async () => await ReportAsync(agent, new() { MissingRights = { Enumerable.Repeat(new Wire.MissingRight(), 101) } });
        var negative = async () => await ReportAsync(agent, new() { DeletionHeld = new() { Count = 0 } });
        var foreign = async () => await Client.ReportAgentFactsAsync(new() { AgentId = other.Id }, BrokerFixture.As(agent.Pak));

        (await many.Should().ThrowAsync<RpcException>()).Which.Status.Detail.Should().StartWith("missing_rights");
        (await negative.Should().ThrowAsync<RpcException>()).Which.Status.Detail.Should().StartWith("deletion_held.count");
        await foreign.Should().ThrowAsync<RpcException>();
    }

    private async Task ReportAsync((string Id, string Pak) agent, Wire.ReportAgentFactsRequest request)
    {
        request.AgentId = agent.Id;
        await Client.ReportAgentFactsAsync(request, BrokerFixture.As(agent.Pak));
    }

    private async Task<Wire.Agent> GetAsync((string Id, string Pak) agent) =>
        await Client.GetAgentAsync(new() { Id = agent.Id }, BrokerFixture.As(broker.AdminPak));
}
