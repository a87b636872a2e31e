using System.Globalization;
using System.Text.Json.Nodes;
using Brokkr.Broker.Health;
using HealthStatus = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Tests.Broker.Health;

/// <summary>Filters find by index, and in whichever way is the cheaper; what they find is what is there.</summary>
public sealed class FilterTests
{
    private const int ObjectsOfAKind = 15;
    private const int PageSize = 5;

    private static readonly string[] WorstFirst = ["failing", "degraded", "unknown", "healthy"];

    [Fact]
    public async Task Every_filter_finds_page_by_page_what_the_whole_list_holds_rare_or_not()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var stack = await broker.GivenStackAsync();
        var objects = new List<string>();
        for (var i = 0; i < ObjectsOfAKind; i++)
        {
            objects.Add(await broker.GivenObjectAsync(stack, $"Web.Front-{i:00}"));
            objects.Add(await broker.GivenObjectAsync(stack, $"api-{i:00}"));
        }

        var (heard, silent, partly) = (await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack));
        await ReportAsync(broker, heard, objects, i => i == 3 ? "unknown" : i % 7 == 0 ? "failing" : "healthy");
        await ReportAsync(broker, silent, objects, i => i % 2 == 0 ? "degraded" : "healthy");
        await ReportAsync(broker, partly, [.. objects.Take(objects.Count - 2)], _ => "healthy");
        await broker.AgeAsync($"p.agent_id = '{silent.Id}'", seconds: 200);
        await broker.AgeAsync($"p.agent_id = '{partly.Id}' AND p.name = 'api-00'", seconds: 200);
        await broker.SqlAsync("ANALYZE");

        var all = await PagesAsync(broker, "");
        all.Should().HaveCount(3 * objects.Count);
        foreach (var (query, isMeant) in Filters(silent.Id))
            Keys(await PagesAsync(broker, query)).Should().Equal(Keys(all.Where(isMeant)), query);
        foreach (var query in (string[])["", "&status=failing&status=unknown", "&text=front", $"&agent_id={silent.Id}", "&condition=Stale", "&name=api-03"])
        {
            var meant = await PagesAsync(broker, query);
            Keys(await PagesAsync(broker, $"&order_by=severity{query}")).Should()
                .Equal(Keys(meant.OrderBy(r => Array.IndexOf(WorstFirst, Text(r, "status")))), query);
            Keys(await PagesAsync(broker, $"&order_by=since{query}")).Should().Equal(
                Keys(meant.OrderByDescending(r => Moment(r, "since")).ThenBy(r => Text(r, "id"), StringComparer.Ordinal)
                    .ThenBy(r => Text(r, "agent_id"), StringComparer.Ordinal)), query);
        }

        Keys(await PagesAsync(broker, "&condition=Stale")).Should().HaveCount(objects.Count + 1);
        Keys(await PagesAsync(broker, "&condition=AwaitingReport")).Should().HaveCount(2);
        Keys(await PagesAsync(broker, "&text=FRONT-07")).Should().HaveCount(3);
    }

    /// <summary>With alternatives that nothing can have, PostgreSQL reads all that has a status instead of all names under it.</summary>
    [Fact]
    public void A_text_asks_only_for_what_has_it()
    {
        var filter = new HealthFilter { Text = "web", Statuses = [HealthStatus.Failing] };
        var (stack, agent) = (Guid.NewGuid(), Guid.NewGuid());

        filter.ToSql(new() { Names = ["web"] }, seeks: true).Should().EndWith(" AND (v.name = ANY(@names))");
        filter.ToSql(new() { Names = [], Stacks = [stack], Agents = [agent] }, seeks: true).Should()
            .EndWith(" AND (v.stack_id = ANY(@stacks) OR v.agent_id = ANY(@agents))");
        filter.ToSql(new() { Names = [] }, seeks: true).Should().EndWith(" AND FALSE");
        filter.ToSql(new() { Names = null }, seeks: true).Should().Contain("strpos", "there are too many names to be named");
    }

    [Fact]
    public async Task Facets_count_what_each_filter_could_narrow_to_and_leave_their_own_filter_out()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var (shop, bank) = (await broker.GivenStackAsync(), await broker.GivenStackAsync());
        string[] objects = [await broker.GivenObjectAsync(shop, "web"), await broker.GivenObjectAsync(shop, "api"), await broker.GivenObjectAsync(bank, "web")];
        var (heard, silent) = (await broker.GivenAgentAsync(shop, bank), await broker.GivenAgentAsync(shop));
        await ReportAsync(broker, heard, objects, i => i == 1 ? "healthy" : "failing");
        await ReportAsync(broker, silent, [objects[0]], _ => "failing");
        await broker.AgeAsync($"p.agent_id = '{silent.Id}' AND p.status IS NOT NULL", seconds: 200);

        (await FacetsAsync("")).Should().BeEquivalentTo(
            $"conditions CrashLoopBackOff 3, AwaitingReport 1, Stale 1; stacks {shop} 4, {bank} 1; agents {heard.Id} 3, {silent.Id} 2");
        (await FacetsAsync("&condition=CrashLoopBackOff&status=failing")).Should().BeEquivalentTo(
            $"conditions CrashLoopBackOff 2; stacks {shop} 1, {bank} 1; agents {heard.Id} 2");
        (await FacetsAsync($"&stack_id={bank}&name=web")).Should().BeEquivalentTo(
            $"conditions CrashLoopBackOff 1; stacks {shop} 2, {bank} 1; agents {heard.Id} 1");
        (await broker.RestAsync(HttpMethod.Get, "/api/v1/health", broker.AdminPak)).Body["facets"].Should().BeNull();

        async Task<string> FacetsAsync(string query)
        {
            var (_, page) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/health?with_facets=true{query}", broker.AdminPak);
            page["facets"]!["at_least"]!.GetValue<bool>().Should().BeFalse();
            return string.Join("; ", ((string[])["conditions", "stacks", "agents"]).Select(f => $"{f} " + string.Join(
                ", ", page["facets"]![f]!.AsArray().Select(c => $"{Text(c!, "value")} {c!["count"]}"))));
        }
    }

    [Theory]
    [InlineData("status=fine", "status: must be one of")]
    [InlineData("status=failing&status=fine", "status: must be one of")]
    [InlineData("status=failing&status=", "status: must be one of")]
    [InlineData("order_by=age", "order_by: must be one of")]
    [InlineData("with_facets=maybe", "with_facets: must be true or false")]
    [InlineData("name=a&name=b", "name: is there more than once")]
    public async Task A_filter_that_says_nothing_is_refused_by_its_name(string query, string message)
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });

        var (status, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/health?{query}", broker.AdminPak);

        (status, Text(body, "error")).Should().Be((400, "invalid_argument"));
        Text(body, "message").Should().StartWith(message);
    }

    [Fact]
    public async Task A_token_of_another_order_is_refused_and_so_are_more_conditions_than_fifty()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });
        var stack = await broker.GivenStackAsync();
        await broker.GivenObjectAsync(stack, "a");
        await broker.GivenObjectAsync(stack, "b");
        await broker.GivenAgentAsync(stack);
        var (_, first) = await broker.RestAsync(HttpMethod.Get, "/api/v1/health?page_size=1&order_by=since", broker.AdminPak);
        var token = Text(first, "next_page_token");

        foreach (var (order, expected) in ((string, int)[])[("since", 200), ("name", 400), ("severity", 400)])
        {
            (await broker.RestAsync(HttpMethod.Get, $"/api/v1/health?page_size=1&order_by={order}&page_token={token}", broker.AdminPak)).Status.Should()
                .Be(expected, order);
        }

        var conditions = string.Concat(Enumerable.Range(0, 51).Select(i => $"&condition=C{i}"));
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/health?page_size=1{conditions}", broker.AdminPak)).Status.Should().Be(400);
    }

    private static IEnumerable<(string Query, Func<JsonNode, bool> IsMeant)> Filters(string agent)
    {
        foreach (var status in WorstFirst)
        {
            yield return ($"&status={status}", r => Text(r, "status") == status);
            yield return ($"&status={status}&text=front", r => Text(r, "status") == status && Text(r, "name").Contains("Front", StringComparison.Ordinal));
            yield return ($"&status={status}&agent_id={agent}", r => Text(r, "status") == status && Text(r, "agent_id") == agent);
        }

        foreach (var (one, other) in WorstFirst.SelectMany(s => WorstFirst.Where(o => o != s).Select(o => (s, o))))
            yield return ($"&status={one}&status={other}", r => Text(r, "status") == one || Text(r, "status") == other);
        yield return ("&name=Web.Front-07", r => Text(r, "name") == "Web.Front-07");
        yield return ("&name=web.front-07", _ => false);
        yield return ("&name=api-07&status=healthy&status=failing", r => Text(r, "name") == "api-07" && Text(r, "status") is ("healthy" or "failing"));
        yield return ("&condition=Stale&condition=CrashLoopBackOff", r => Holds(r, "Stale") || Holds(r, "CrashLoopBackOff"));
        yield return ("&condition=Nothing&condition=CrashLoopBackOff", r => Holds(r, "CrashLoopBackOff"));
        foreach (var condition in (string[])["Stale", "AwaitingReport", "NeverReported", "CrashLoopBackOff", "Nothing"])
        {
            yield return ($"&condition={condition}", r => Holds(r, condition));
            yield return ($"&condition={condition}&text=pi-0", r => Holds(r, condition) && Text(r, "name").Contains("pi-0", StringComparison.Ordinal));
        }

        foreach (var text in (string[])["i-", "w", "EB.FRONT-1", "agent-", "stack", "front-01x", "_", "b.f"])
        {
            yield return ($"&text={text}", r =>
                ((string[])["name", "stack_name", "agent_name"]).Any(f => Text(r, f).Contains(text, StringComparison.OrdinalIgnoreCase)));
        }
    }

    private static async Task ReportAsync(BrokerFixture broker, (string Id, string Pak) agent, IReadOnlyList<string> objects, Func<int, string> statusOf)
    {
        var items = objects.Select((id, i) => new JsonObject
        {
            ["id"] = id,
            ["status"] = statusOf(i),
            ["summary"] = new JsonObject { ["conditions"] = statusOf(i) == "failing" ? new JsonArray("CrashLoopBackOff") : [] },
        });
        var (status, body) = await broker.RestAsync(
            HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak,
            new JsonObject { ["deployment_objects"] = new JsonArray([.. items]) }.ToJsonString());
        status.Should().Be(200, body.ToJsonString());
    }

    private static async Task<List<JsonNode>> PagesAsync(BrokerFixture broker, string query)
    {
        var (rows, token) = (new List<JsonNode>(), "");
        do
        {
            var (status, page) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/health?page_size={PageSize}&page_token={token}{query}", broker.AdminPak);
            status.Should().Be(200, page.ToJsonString());
            rows.AddRange(page["deployment_objects"]!.AsArray().Select(r => r!));
            token = Text(page, "next_page_token");
        }
        while (token.Length > 0);

        return rows;
    }

    private static IEnumerable<string> Keys(IEnumerable<JsonNode> rows) => rows.Select(r => $"{Text(r, "name")} {Text(r, "id")} {Text(r, "agent_id")}");

    private static bool Holds(JsonNode row, string condition) => row["summary"]!["conditions"]!.AsArray().Any(c => c!.GetValue<string>() == condition);

    private static DateTimeOffset Moment(JsonNode row, string field) => DateTimeOffset.Parse(Text(row, field), CultureInfo.InvariantCulture);

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();
}
