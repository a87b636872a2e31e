using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>Which stacks there are, and how what they hold is.</summary>
public sealed class StackListTests
{
    [Fact]
    public async Task A_stack_is_listed_with_what_it_holds_where_that_is_asked_for_and_found_by_name_text_and_status()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var (shop, bank, empty) = (await broker.GivenStackAsync(), await broker.GivenStackAsync(), await broker.GivenStackAsync());
        string[] objects = [await broker.GivenObjectAsync(shop, "web"), await broker.GivenObjectAsync(shop, "api"), await broker.GivenObjectAsync(bank, "web")];
        var (one, two) = (await broker.GivenAgentAsync(shop, bank), await broker.GivenAgentAsync(shop));
        await broker.ReportAsync(one, objects[0], "healthy");
        await broker.ReportAsync(one, objects[2], "failing");
        await broker.ReportAsync(two, objects[0], "degraded");
        await broker.AgeAsync($"p.agent_id = '{two.Id}' AND p.status IS NOT NULL", seconds: 200);

        (await ShownAsync(broker, "&with_summary=true")).Should().Equal(
            $"{shop} 2 on 2: unknown 0/0/3/1", $"{bank} 1 on 1: failing 1/0/0/0", $"{empty} 0 on 0: healthy 0/0/0/0");
        (await ShownAsync(broker, "&order_by=severity")).Select(s => s.Split(' ')[0]).Should().Equal(bank, shop, empty);
        (await ShownAsync(broker, "&status=failing&status=unknown")).Select(s => s.Split(' ')[0]).Should().Equal(shop, bank);
        (await ShownAsync(broker, "&status=healthy&order_by=severity")).Should().ContainSingle().Which.Should().StartWith(empty);
        var (_, plain) = await broker.RestAsync(HttpMethod.Get, "/api/v1/stacks", broker.AdminPak);
        plain["stacks"]!.AsArray().Should().OnlyContain(s => s!["summary"] == null);
        var name = plain["stacks"]![1]!["name"]!.GetValue<string>();
        (await IdsAsync(broker, $"name={name}")).Should().Equal(bank);
        (await IdsAsync(broker, $"name={name[..^1]}")).Should().BeEmpty();
        (await IdsAsync(broker, $"text={name[1..].ToUpperInvariant()}")).Should().Equal(bank);
    }

    [Fact]
    public async Task A_deployment_object_is_found_by_its_name_within_its_stack()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var stack = await broker.GivenStackAsync();
        await broker.GivenObjectAsync(stack, "web");
        var newest = await broker.GivenObjectAsync(stack, "api");
        await broker.GivenObjectAsync(await broker.GivenStackAsync(), "api");

        (await ObjectsAsync("name=api")).Should().Equal(newest);
        (await ObjectsAsync("name=ap")).Should().BeEmpty();
        (await ObjectsAsync("text=PI")).Should().Equal(newest);

        async Task<IEnumerable<string>> ObjectsAsync(string query)
        {
            var (_, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/stacks/{stack}/deployment-objects?{query}", broker.AdminPak);
            return body["deployment_objects"]!.AsArray().Select(o => o!["id"]!.GetValue<string>());
        }
    }

    /// <summary>Page by page, one stack each.</summary>
    private static async Task<List<string>> ShownAsync(BrokerFixture broker, string query)
    {
        var (shown, token) = (new List<string>(), "");
        do
        {
            var (status, page) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/stacks?page_size=1&page_token={token}{query}", broker.AdminPak);
            status.Should().Be(200, page.ToJsonString());
            shown.AddRange(page["stacks"]!.AsArray().Select(s => Shown(s!)));
            token = page["next_page_token"]!.GetValue<string>();
        }
        while (token.Length > 0);

        return shown;
    }

    private static string Shown(JsonNode stack)
    {
        var (summary, counts) = (stack["summary"]!, stack["summary"]!["counts"]!);
        return $"{stack["id"]} {summary["deployment_objects"]} on {summary["agents"]}: {summary["overall_status"]} "
            + $"{counts["failing"]}/{counts["degraded"]}/{counts["unknown"]}/{counts["healthy"]}";
    }

    private static async Task<IEnumerable<string>> IdsAsync(BrokerFixture broker, string query)
    {
        var (_, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/stacks?{query}", broker.AdminPak);
        return body["stacks"]!.AsArray().Select(s => s!["id"]!.GetValue<string>());
    }
}
