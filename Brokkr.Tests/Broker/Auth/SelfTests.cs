using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Auth;

/// <summary>A caller can ask who it is and what it may, and hears what the endpoints enforce.</summary>
public sealed class SelfTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_reader_hears_its_name_its_role_when_it_ends_and_what_it_may()
    {
        var ends = DateTimeOffset.UtcNow.AddYears(5).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        var reader = await broker.GivenPakAsync("reader", ends);

        var self = await SelfAsync(reader.Pak);

        (Text(self["key"]!, "id"), Text(self["key"]!, "role"), Text(self["key"]!, "state"), Text(self["key"]!, "expires_at")).Should()
            .Be((reader.Id, "reader", "active", ends));
        May(self).Should().Contain(["list_health", "list_agents", "get_self"]).And.NotContain(["create_stack", "report_health", "list_paks"])
            .And.BeInAscendingOrder(StringComparer.Ordinal);
        self.ToJsonString().Should().NotContain(reader.Pak[^38..]);
    }

    [Fact]
    public async Task An_admin_may_what_no_reader_may_and_an_agent_only_acts_for_itself()
    {
        var agent = await broker.GivenAgentAsync();

        var (admin, acting) = (await SelfAsync(broker.AdminPak), await SelfAsync(agent.Pak));

        May(admin).Should().Contain(["create_stack", "list_health", "list_paks"]).And.NotContain("report_health");
        May(acting).Should().Contain(["report_health", "get_self", "get_agent_health"]).And.NotContain(["list_health", "create_stack"]);
        Text(acting["key"]!, "agent_id").Should().Be(agent.Id);
    }

    [Fact]
    public async Task What_a_role_may_is_all_that_it_is_not_refused()
    {
        var may = May(await SelfAsync((await broker.GivenPakAsync("reader")).Pak));

        may.Should().BeSubsetOf(ContractMethods.All.Select(m => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(m.Name)));
        may.Where(m => m.StartsWith("create_", StringComparison.Ordinal) || m.StartsWith("delete_", StringComparison.Ordinal)).Should().BeEmpty();
    }

    private async Task<JsonNode> SelfAsync(string pak)
    {
        var (status, body) = await broker.RestAsync(HttpMethod.Get, "/api/v1/self", pak);
        status.Should().Be(200, body.ToJsonString());
        return body;
    }

    private static List<string> May(JsonNode self) => [.. self["may"]!.AsArray().Select(m => m!.GetValue<string>())];

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();
}
