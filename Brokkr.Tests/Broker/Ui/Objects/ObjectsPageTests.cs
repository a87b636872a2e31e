using System.Net;
using Brokkr.Broker.Ui.Objects;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Brokkr.Tests.Broker.Ui.Objects;

/// <summary>The list of deployment objects, as the broker answers it.</summary>
public sealed class ObjectsPageTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task It_lists_what_is_worst_first_and_narrows_by_every_filter()
    {
        var stack = await broker.GivenStackAsync();
        var (api, web) = (await broker.GivenObjectAsync(stack, "api"), await broker.GivenObjectAsync(stack, "web"));
        var agent = await broker.GivenAgentAsync(stack);
        await broker.ReportAsync(agent, api, "healthy");
        await broker.ReportInFullAsync(agent, web);
        var (stackName, agentName) = (await NameAsync("stacks", stack), await NameAsync("agents", agent.Id));
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        var all = await reader.ReadAsync($"/ui/objects?stack={stackName}");

        all.IndexOf($"href=\"/ui/objects/{stackName}/web?agent={agentName}\"", StringComparison.Ordinal).Should().BePositive()
            .And.BeLessThan(all.IndexOf($"href=\"/ui/objects/{stackName}/api?agent={agentName}\"", StringComparison.Ordinal));
        all.Should().Contain("2 rows").And.Contain($"/ui/objects?status=failing&amp;stack={stackName}");
        (await reader.ReadAsync($"/ui/objects?stack={stackName}&status=healthy")).Should().Contain("1 row<").And.NotContain($"{stackName}/web?");
        (await reader.ReadAsync($"/ui/objects?cluster={agentName}&text=WEB")).Should().Contain("1 row<").And.Contain($"{stackName}/web?");
        (await reader.ReadAsync($"/ui/objects?stack={stackName}&condition=CrashLoopBackOff&status=failing&status=degraded")).Should().Contain("1 row<");
    }

    [Fact]
    public async Task An_empty_list_names_the_filter_that_empties_it()
    {
        var stack = await broker.GivenStackAsync();
        var web = await broker.GivenObjectAsync(stack);
        await broker.ReportAsync(await broker.GivenAgentAsync(stack), web, "degraded");
        var name = await NameAsync("stacks", stack);
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        var page = await reader.ReadAsync($"/ui/objects?stack={name}&status=failing");

        page.Should().Contain("Nothing matches").And.Contain("Without <strong>failing</strong> there would be some.")
            .And.Contain($"<a class=\"button\" href=\"/ui/objects?stack={name}\">");
        (await reader.ReadAsync("/ui/objects?cluster=%3Cscript%3E")).Should().Contain("Without <strong>cluster &lt;script&gt;</strong>");
    }

    [Fact]
    public async Task Pages_follow_one_another()
    {
        var stack = await broker.GivenStackAsync();
        var agent = await broker.GivenAgentAsync(stack);
        for (var i = 0; i < 101; i++)
            await broker.GivenObjectAsync(stack, $"part-{i:000}");
        var cluster = await NameAsync("agents", agent.Id);
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        var first = await reader.ReadAsync($"/ui/objects?cluster={cluster}");
        var next = WebUtility.HtmlDecode(first.Split("rel=\"next\"")[0].Split("href=\"")[^1].Split('"')[0]);
        var second = await reader.ReadAsync(next);

        first.Should().Contain("101 rows").And.Contain("part-099?").And.NotContain("part-100?");
        second.Should().Contain("part-100?").And.NotContain("part-099?").And.Contain("First page").And.NotContain("rel=\"next\"");
    }

    [Theory]
    [InlineData("?status=nonsense")]
    [InlineData("?order=nonsense")]
    [InlineData("?after=nonsense")]
    public async Task What_the_list_does_not_know_is_said_on_a_page(string query)
    {
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        using var answer = await reader.GetAsync($"/ui/objects{query}");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("That did not work").And.Contain(query[1..].Split('=')[0]);
    }

    [Theory]
    [InlineData("?status=failing&status=degraded&condition=A&stack=s&cluster=c&text=%26x%3D&order=since&after=t")]
    [InlineData("")]
    public void The_address_says_the_whole_question(string query) =>
        ObjectsQuery.Of(new QueryCollection(QueryHelpers.ParseQuery(query))).ToPath().Should().Be($"/ui/objects{query}");

    private async Task<string> NameAsync(string table, string id) => (string)(await broker.SqlAsync($"SELECT name FROM {table} WHERE id = '{id}'"))!;
}
