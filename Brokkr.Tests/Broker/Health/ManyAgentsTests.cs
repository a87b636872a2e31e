using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Health;

/// <summary>Deployment objects that run on more agents than one answer holds.</summary>
public sealed class ManyAgentsTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const int Agents = 250;

    [Fact]
    public async Task The_worst_hundred_agents_are_answered_and_the_rest_page_by_page_while_the_roll_up_is_of_all()
    {
        var (stack, web) = await GivenManyAsync();

        var (seen, token) = (new List<JsonNode>(), "");
        do
        {
            var page = await GetAsync($"deployment-objects/{web}/health?agents_page_token={token}");
            (Text(page, "status"), (int)page["agents_total"]!).Should().Be(("failing", Agents));
            ((int)page["summary"]!["pods_ready"]!, (int)page["summary"]!["pods_total"]!).Should().Be((Agents, 2 * Agents));
            page["summary"]!["conditions"]!.AsArray().Select(c => $"{c}").Should().Equal("CrashLoopBackOff", "OnTheBestOnly", "ReadinessFailing");
            ((int)page["summary"]!["findings_omitted"]! + page["summary"]!["findings"]!.AsArray().Count).Should().Be(Agents + 7);
            page["agents"]!.AsArray().Count.Should().BeLessThanOrEqualTo(100);
            seen.AddRange(page["agents"]!.AsArray()!);
            token = Text(page, "agents_page_token");
        }
        while (token.Length > 0);

        seen.Select(a => Text(a, "agent_name")).Should().OnlyHaveUniqueItems().And.HaveCount(Agents);
        var ranks = seen.ConvertAll(a => Array.IndexOf(["failing", "degraded", "unknown", "healthy"], Text(a, "status")));
        ranks.Should().BeInAscendingOrder();
        ranks.Distinct().Should().Equal(0, 1, 3);
        var listed = (await GetAsync($"stacks/{stack}/health"))["deployment_objects"]![0]!;
        (listed["agents"]!.AsArray().Count, (int)listed["agents_total"]!, (int)listed["summary"]!["pods_total"]!).Should().Be((100, Agents, 2 * Agents));
        var next = await GetAsync($"deployment-objects/{web}/health?agents_page_token={Text(listed, "agents_page_token")}");
        Text(next["agents"]![0]!, "agent_name").Should().Be(Text(seen[100], "agent_name"));
    }

    [Fact]
    public async Task One_of_many_agents_is_asked_for_by_its_identifier_and_shown_on_its_page()
    {
        var (stack, web) = await GivenManyAsync();
        var (id, name) = ($"{await broker.SqlAsync(Best("a.id"))}", $"{await broker.SqlAsync(Best("a.name"))}");

        var health = await GetAsync($"deployment-objects/{web}/health?agent_id={id}");

        (Text(health, "status"), (int)health["agents_total"]!, Text(health["agents"]![0]!, "agent_name")).Should().Be(("healthy", 1, name));
        health["agents"]!.AsArray().Should().ContainSingle();

        string Best(string what) => $"""
            SELECT {what} FROM agents a JOIN placements p ON p.agent_id = a.id WHERE p.stack_id = '{stack}' AND p.status = 'healthy'
             ORDER BY a.name DESC LIMIT 1
            """;
    }

    [Fact]
    public async Task What_is_stored_and_no_summary_costs_its_own_row()
    {
        var (_, web) = await GivenManyAsync();
        await broker.SqlAsync($$"""
            UPDATE deployment_health h SET summary = CASE WHEN hashtext(h.agent_id::text) % 2 = 0 THEN '"text"'
                     ELSE '{"pods_ready":"many","pods_total":1e30,"findings":{},"findings_omitted":-5}' END::jsonb
             WHERE h.deployment_object_id = '{{web}}' AND h.status = 'healthy'
            """);

        var health = await GetAsync($"deployment-objects/{web}/health");

        (Text(health, "status"), (int)health["agents_total"]!, (int)health["summary"]!["pods_total"]!).Should().Be(("failing", Agents, int.MaxValue));
    }

    [Theory]
    [InlineData("x!", "agents_page_token")]
    [InlineData("", "")]
    public async Task A_token_of_nothing_or_of_another_deployment_object_is_refused(string token, string field)
    {
        var (_, web) = await GivenManyAsync();
        var (_, other) = await GivenManyAsync();
        var given = field.Length > 0 ? token : Text(await GetAsync($"deployment-objects/{other}/health"), "agents_page_token");

        var (status, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{web}/health?agents_page_token={given}", broker.AdminPak);

        (status, Text(body, "message").StartsWith("agents_page_token", StringComparison.Ordinal)).Should().Be((400, true), body.ToJsonString());
    }

    /// <summary>7 agents fail with two findings each, 13 are degraded, the others are well; each has 1 of 2 pods.</summary>
    private async Task<(string Stack, string Web)> GivenManyAsync()
    {
        var stack = await broker.GivenStackAsync();
        await broker.SqlAsync($"""
            WITH many AS (INSERT INTO agents (name) SELECT '{stack[..8]}-' || i FROM generate_series(1, {Agents}) AS i RETURNING id)
            INSERT INTO agent_targets (agent_id, stack_id) SELECT id, '{stack}' FROM many
            """);
        var web = await broker.GivenObjectAsync(stack);
        await broker.SqlAsync($$"""
            WITH said AS (
                SELECT p.agent_id, CASE WHEN n <= 7 THEN 'failing' WHEN n <= 20 THEN 'degraded' ELSE 'healthy' END AS status,
                       CASE WHEN n <= 7 THEN '{CrashLoopBackOff}' WHEN n <= 20 THEN '{ReadinessFailing}' WHEN n = {{Agents}} THEN '{OnTheBestOnly}'
                            ELSE '{}' END::text[] AS conditions
                  FROM (SELECT agent_id, ROW_NUMBER() OVER (ORDER BY agent_id) AS n FROM placements WHERE deployment_object_id = '{{web}}') p),
            documents AS (
                INSERT INTO deployment_health (agent_id, deployment_object_id, status, summary, checked_at)
                SELECT agent_id, '{{web}}', status, jsonb_build_object('pods_ready', 1, 'pods_total', 2, 'conditions', to_jsonb(conditions), 'findings',
                         jsonb_build_array(jsonb_build_object('condition', 'X', 'severity', status, 'message', 'm'))
                           || CASE WHEN status = 'failing' THEN '[{"condition":"Y","severity":"failing"}]' ELSE '[]' END::jsonb), NOW()
                  FROM said)
            UPDATE placements p SET status = s.status, conditions = s.conditions, checked_at = NOW() FROM said s
             WHERE p.agent_id = s.agent_id AND p.deployment_object_id = '{{web}}'
            """);
        return (stack, web);
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        var (status, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/{path}", broker.AdminPak);
        status.Should().Be(200, body.ToJsonString());
        return body;
    }

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();
}
