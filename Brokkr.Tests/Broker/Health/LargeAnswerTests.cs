using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Health;

/// <summary>What one agent reports at the most, many times over: answers that hold all of it stay within what a broker has memory for.</summary>
public sealed class LargeAnswerTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const int Objects = 40;

    private const int ObjectsEach = 15;

    /// <summary>A page of JSON says each summary twice, and has more than summaries.</summary>
    private const int MostCharacters = 3 * 4 * 1024 * 1024;

    [Fact]
    public async Task An_answer_holds_few_megabytes_of_summaries_in_full_and_numbers_and_words_of_the_others()
    {
        var stack = await broker.GivenStackAsync();
        var agent = await broker.GivenAgentAsync(stack);
        var ids = new List<string>();
        for (var i = 0; i < Objects; i++)
            ids.Add(await broker.GivenObjectAsync(stack, $"web-{i:d2}"));
        foreach (var some in ids.Chunk(ObjectsEach))
        {
            var (status, body) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak,
                $$"""{"deployment_objects":[{{string.Join(',', some.Select(id => Report(id, "m")))}}]}""");
            (status, (int)body["accepted"]!).Should().Be((200, some.Length), body.ToJsonString());
        }

        foreach (var path in (string[])[$"agents/{agent.Id}/health", $"stacks/{stack}/health", $"health?agent_id={agent.Id}&page_size=100",
            $"health?agent_id={agent.Id}&page_size=100&order_by=since", $"health?agent_id={agent.Id}&page_size=100&order_by=severity",
            $"health/groups?agent_id={agent.Id}&page_size=100"])
        {
            var (status, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/{path}", broker.AdminPak);

            status.Should().Be(200, path);
            body.ToJsonString().Length.Should().BeLessThan(MostCharacters, path);
            var summaries = (body["deployment_objects"]?.AsArray().Select(o => o!["summary"]!) ?? []).ToList();
            if (path.Contains("groups", StringComparison.Ordinal))
                continue;
            summaries.Should().HaveCount(Objects, path);
            summaries.Should().AllSatisfy(s => Told(s).Should().Be((1, 3, "CrashLoopBackOff", 50, 50)), path);
            summaries.Select(s => s["findings"]!.AsArray().Count).Distinct().Should().BeEquivalentTo([0, 50], path);
        }

        var one = (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{ids[^1]}/health", broker.AdminPak)).Body["summary"]!;
        one["findings"]!.AsArray().Should().HaveCount(50, "alone it is answered in full");
    }

    [Fact]
    public async Task What_is_small_on_the_wire_and_large_as_it_is_stored_is_rejected_for_its_object_alone()
    {
        var stack = await broker.GivenStackAsync();
        var (large, other, agent) = (await broker.GivenObjectAsync(stack), await broker.GivenObjectAsync(stack, "other"), await broker.GivenAgentAsync(stack));

        var (status, body) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak,
            $$"""{"deployment_objects":[{{Report(large, "<")}},{{Report(other, "m")}}]}""");

        (status, (int)body["accepted"]!).Should().Be((200, 1));
        body["rejected"]!.AsArray().Select(r => $"{r!["id"]} {r["reason"]}").Should().Equal($"{large} too_large");
    }

    private static (int, int, string, int, int) Told(JsonNode summary) => (
        (int)summary["pods_ready"]!, (int)summary["pods_total"]!, string.Join(',', summary["conditions"]!.AsArray()),
        summary["resources"]!.AsArray().Count + (int)summary["resources_omitted"]!, summary["findings"]!.AsArray().Count + (int)summary["findings_omitted"]!);

    /// <summary>As many resources and findings as a summary holds, with as much text.</summary>
    private static string Report(string id, string letter)
    {
        var message = string.Concat(Enumerable.Repeat(letter, 1024));
        var (name, kind) = (new string('n', 250), new string('k', 250));
        return $$$"""
            {"id":"{{{id}}}","status":"failing","summary":{"pods_ready":1,"pods_total":3,"conditions":["CrashLoopBackOff"],
             "resources":[{{{Many($$"""{"kind":"{{kind}}","name":"{{name}}","namespace":"{{name}}","message":"{{message}}"}""")}}}],
             "findings":[{{{Many($$"""{"condition":"Odd","kind":"{{kind}}","name":"{{name}}","namespace":"{{name}}","message":"{{message}}"}""")}}}]}}
            """;
    }

    private static string Many(string item) => string.Join(',', Enumerable.Repeat(item, 50));
}
