using System.Text.Json.Nodes;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Broker.Diagnostics;
using YamlDotNet.Serialization;

namespace Brokkr.Tests.Cli;

/// <summary>Reading the fleet, with a real broker.</summary>
public sealed class FleetCommandTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private async Task<(string Stack, string Agent, string ObjectId)> GivenReportAsync(string name = "web")
    {
        var stack = await broker.GivenStackAsync();
        var (objectId, agent) = (await broker.GivenObjectAsync(stack, name), await broker.GivenAgentAsync(stack));
        await broker.ReportInFullAsync(agent, objectId);
        return ((string)(await broker.RestAsync(HttpMethod.Get, $"/api/v1/stacks/{stack}", broker.AdminPak)).Body["name"]!,
            (string)(await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}", broker.AdminPak)).Body["name"]!, objectId);
    }

    [Fact]
    public async Task Objects_are_a_table_with_the_worst_first()
    {
        var (stack, agent, _) = await GivenReportAsync("listed");

        var run = await CommandRun.OfAsync(broker, "get", "objects", "--stack", stack);

        run.Code.Should().Be(0, run.Error);
        var lines = run.Out.TrimEnd().Split('\n');
        lines[0].Should().MatchRegex("^STATUS +OBJECT +AGENT +PODS +SINCE +CONDITIONS$");
        lines[1].Should().MatchRegex($@"^failing +{stack}/listed +{agent} +1/3 +\ds +CrashLoopBackOff$");
        run.Out.Should().NotContain("\e");
    }

    [Fact]
    public async Task Json_is_what_REST_answers_yaml_says_the_same_and_names_can_be_given_back()
    {
        var (stack, agent, objectId) = await GivenReportAsync("formats");
        string[] command = ["get", "objects", "--stack", stack, "-o"];

        var json = (await CommandRun.OfAsync(broker, [.. command, "json"])).Json;
        var yaml = await CommandRun.OfAsync(broker, [.. command, "yaml"]);
        var names = await CommandRun.OfAsync(broker, [.. command, "name"]);

        var rest = (await broker.RestAsync(HttpMethod.Get, $"/api/v1/health?stack_id={json["deployment_objects"]![0]!["stack_id"]}", broker.AdminPak)).Body;
        JsonNode.DeepEquals(json, rest).Should().BeTrue(json.ToJsonString());
        var read = new Deserializer().Deserialize<Dictionary<string, object>>(yaml.Out);
        ((List<object>)read["deployment_objects"])[0].Should().BeAssignableTo<Dictionary<object, object>>().Which["id"].Should().Be(objectId);
        names.Out.Trim().Should().Be($"{stack}/formats@{agent}");
        (await CommandRun.OfAsync(broker, "get", "objects", names.Out.Trim(), "-o", "name")).Out.Should().Be(names.Out);
    }

    [Fact]
    public async Task More_than_one_page_is_put_together()
    {
        var stack = await broker.GivenStackAsync();
        for (var i = 0; i < 3; i++)
            await broker.GivenObjectAsync(stack, $"paged-{i}");
        await broker.GivenAgentAsync(stack);
        var all = await CommandRun.OfAsync(broker, "get", "objects", "--text", "paged-", "--limit", "0", "-o", "name");
        var some = await CommandRun.OfAsync(broker, "get", "objects", "--text", "paged-", "--limit", "2", "-o", "name");

        all.Out.Trim().Split('\n').Should().HaveCount(3);
        some.Out.Trim().Split('\n').Should().HaveCount(2);
        some.Error.Should().Contain("--limit 0");
    }

    [Fact]
    public async Task A_description_answers_what_is_why_since_when_where_and_what_next()
    {
        var (stack, agent, _) = await GivenReportAsync("described");

        var run = await CommandRun.OfAsync(broker, "describe", "described");

        run.Code.Should().Be(0, run.Error);
        run.Out.Should().MatchRegex($"^{stack}/described is failing for \\ds, since 20..-").And.Contain("Revision 1, submitted ")
            .And.MatchRegex($@"failing CrashLoopBackOff  Pod prod/web-1 app on {agent}, exit code 2, 7 restarts, for \d+d")
            .And.Contain("    <img src=x onerror=alert(1)>").And.Contain("Read the previous log in a diagnostic", "it is the advice of the documentation")
            .And.MatchRegex($@"WHAT CHANGED\n +AGE.*\n +\ds .*{agent} +unknown +failing").And.MatchRegex($@"AGENTS\n.*\n +{agent} +failing +1/3")
            .And.Contain("Deployment prod/web").And.Contain($"brokkr diagnose {stack}/described@{agent} --wait");
    }

    [Fact]
    public async Task History_and_changes_show_what_happened()
    {
        var (stack, agent, objectId) = await GivenReportAsync("changed");

        var history = await CommandRun.OfAsync(broker, "history", objectId);
        var changes = await CommandRun.OfAsync(broker, "changes", "--since", "1h", "--stack", stack);
        var none = await CommandRun.OfAsync(broker, "changes", "--since", "0s", "--agent", agent);

        history.Out.Should().MatchRegex($@"{agent} +unknown +failing +CrashLoopBackOff");
        changes.Out.Should().MatchRegex($@"{stack}/changed +{agent} +unknown +failing");
        none.Out.Should().Be("Nothing changed.\n");
    }

    [Fact]
    public async Task Agents_and_stacks_are_counted()
    {
        var (stack, agent, _) = await GivenReportAsync("counted");

        var agents = await CommandRun.OfAsync(broker, "get", "agents", agent);
        var stacks = await CommandRun.OfAsync(broker, "get", "stacks", stack, "-o", "wide");

        agents.Out.Should().MatchRegex($@"\n{agent} +reporting +\ds ago +failing +1 +0 +0 +0");
        stacks.Out.Should().MatchRegex($@"\n{stack} +failing +1 +1 +1 +0 +0 +0 +\ds +[0-9a-f-]{{36}}");
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_healthy()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        await broker.ReportAsync(agent, objectId, "healthy");

        var run = await CommandRun.OfAsync(broker, "wait", objectId, "--timeout", "60s");

        run.Code.Should().Be(0, run.Error);
        run.Out.Should().EndWith("/web is healthy.\n");
    }

    [Fact]
    public async Task Waiting_says_in_one_line_what_blocks()
    {
        var (_, agent, objectId) = await GivenReportAsync("blocked");

        var late = await CommandRun.OfAsync(broker, "wait", objectId, "--timeout", "0s");
        var fast = await CommandRun.OfAsync(broker, "wait", objectId, "--fail-fast");
        var other = await CommandRun.OfAsync(broker, "wait", objectId, "--for", "failing");

        (late.Code, fast.Code, other.Code).Should().Be((124, 3, 0));
        late.Error.Should().MatchRegex($@"^\S+/blocked is failing on {agent} \(1/3 pods ready\): CrashLoopBackOff, Pod prod/web-1 app: <img .*\n$");
        fast.Error.Trim().Split('\n').Should().ContainSingle();
    }

    [Fact]
    public async Task Waiting_goes_on_with_the_revision_that_took_the_place_of_the_former()
    {
        var (stack, agent, former) = await GivenReportAsync("revised");
        await broker.GivenObjectAsync((string)(await broker.SqlAsync($"SELECT id::text FROM stacks WHERE name = '{stack}'"))!, "revised");

        foreach (var (named, suffix) in new[] { (former, ""), ($"{former}@{agent}", $"@{agent}") })
        {
            var run = await CommandRun.OfAsync(broker, "wait", named, "--timeout", "0s");

            run.Code.Should().Be(124);
            run.Error.Should().MatchRegex(
                $@"^{stack}/revised{suffix} has a newer revision, which is waited for\.\n{stack}/revised{suffix} is unknown on {agent}: .*\n$");
        }
    }

    [Fact]
    public async Task What_no_agent_runs_is_found_within_its_stack()
    {
        var stack = await broker.GivenStackAsync();
        var objectId = await broker.GivenObjectAsync(stack, "nowhere");

        (await CommandRun.OfAsync(broker, "describe", $"{stack}/nowhere")).Out.Should().Contain("No agent is targeted");
        (await CommandRun.OfAsync(broker, "wait", objectId, "--timeout", "0s")).Error.Should().Contain("no agent is targeted at its stack");
        (await CommandRun.OfAsync(broker, "get", "objects", "nowhere")).Code.Should().Be(5);
    }
}
