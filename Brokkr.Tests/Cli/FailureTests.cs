using Brokkr.DemoCluster.Demo;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Broker.Diagnostics;

namespace Brokkr.Tests.Cli;

/// <summary>What the command says where something is wrong, and the exit code that scripts see.</summary>
public sealed class FailureTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task The_nearest_names_are_in_the_error()
    {
        var stack = await broker.GivenStackAsync();
        await broker.GivenObjectAsync(stack, "payments");
        var agent = await broker.GivenAgentAsync(stack);
        var agentName = (string)(await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}", broker.AdminPak)).Body["name"]!;

        var near = await CommandRun.OfAsync(broker, "describe", "paymnts");
        var inStack = await CommandRun.OfAsync(broker, "describe", $"{stack}/paymets");
        var onAgent = await CommandRun.OfAsync(broker, "describe", $"payments@{agentName}x");
        var far = await CommandRun.OfAsync(broker, "describe", "xyzzy");

        (near.Code, inStack.Code, onAgent.Code, far.Code).Should().Be((5, 5, 5, 5));
        near.Error.Should().Contain("No agent runs a deployment object paymnts.").And.MatchRegex("Did you mean stack-\\d+/payments\\?");
        inStack.Error.Should().Contain("Did you mean payments?");
        onAgent.Error.Should().Contain($"Did you mean {agentName}");
        far.Error.Should().NotContain("Did you mean").And.Contain("STACK/NAME");
        near.Out.Should().BeEmpty();
    }

    [Fact]
    public async Task A_name_in_several_stacks_must_be_told_whole()
    {
        for (var i = 0; i < 2; i++)
        {
            var stack = await broker.GivenStackAsync();
            await broker.GivenObjectAsync(stack, "twice");
            await broker.GivenAgentAsync(stack);
        }

        var run = await CommandRun.OfAsync(broker, "describe", "twice");

        run.Code.Should().Be(2);
        run.Error.Should().MatchRegex(@"twice is in 2 stacks\.\nSay which: stack-\d+/twice, stack-\d+/twice\.");
    }

    [Theory]
    [InlineData("get objekts", "Did you mean objects?", "brokkr get --help")]
    [InlineData("descrbe web", "Did you mean describe?", "brokkr --help")]
    [InlineData("get objects --stauts failing", "Did you mean --status?", "brokkr get objects --help")]
    [InlineData("get objects --status broken", "broken", "brokkr get objects --help")]
    [InlineData("changes --since tomorrow", "--since must be a time such as 90s, 10m, 8h or 7d, not tomorrow.", "brokkr changes --help")]
    [InlineData("get objects --limit -1", "--limit must be a number of rows", "brokkr get objects --help")]
    [InlineData("diagnose", "Name a deployment object, or a request with --request.", "brokkr diagnose --help")]
    [InlineData("get", "Required command was not provided.", "brokkr get --help")]
    public async Task A_wrong_line_is_explained(string line, string says, string help)
    {
        var run = await CommandRun.OfAsync(broker, line.Split(' '));

        run.Code.Should().Be(2);
        run.Error.Should().Contain(says).And.Contain($"{help} tells what it understands.");
        run.Out.Should().BeEmpty();
    }

    [Theory]
    [InlineData("a@b@c")]
    [InlineData("a/b/c")]
    [InlineData("/web")]
    [InlineData("web@")]
    public async Task What_is_no_name_is_said_to_be_none(string name)
    {
        var run = await CommandRun.OfAsync(broker, "describe", name);

        run.Code.Should().Be(2);
        run.Error.Should().Contain($"{name} is no name of a deployment object.");
    }

    [Fact]
    public async Task A_broker_that_is_away_is_named()
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";

        var run = await CommandRun.OfAsync(broker, "get", "objects", "--url", url);

        run.Code.Should().Be(1);
        run.Error.Should().Contain($"The broker at {url} cannot be reached").And.Contain("does the broker run?");
    }

    [Fact]
    public async Task What_is_no_broker_gets_no_trust()
    {
        var run = await CommandRun.OfAsync(broker, "get", "objects", "--url", $"{broker.Urls[0]}nowhere/");

        run.Code.Should().NotBe(0);
        run.Out.Should().BeEmpty();
    }

    [Fact]
    public async Task A_wrong_key_is_no_way_in_and_a_reader_may_not_ask()
    {
        var (objectId, _) = await broker.GivenTargetAsync();
        var wrong = await CommandRun.OfAsync(broker, Brokkr.Contracts.Pak.Create(Brokkr.Contracts.PakRole.Admin).Reveal(), ["get", "objects"]);
        var half = await CommandRun.OfAsync(broker, broker.AdminPak[..^3], ["get", "objects"]);
        var reader = await CommandRun.OfAsync(broker, (await broker.GivenPakAsync("reader")).Pak, ["diagnose", objectId]);

        (wrong.Code, half.Code, reader.Code).Should().Be((4, 4, 4));
        wrong.Error.Should().Contain("brokkr login");
        half.Error.Should().Contain("no whole key").And.NotContain(broker.AdminPak[20..^3]);
        reader.Error.Should().Contain("brokkr whoami");
    }

    [Fact]
    public async Task A_key_on_the_command_line_is_refused()
    {
        foreach (var args in (string[][])[["get", "objects", "--pak", broker.AdminPak], ["login", $"--pak={broker.AdminPak}"], [broker.AdminPak]])
        {
            var run = await CommandRun.OfAsync(broker, args);

            run.Code.Should().Be(2);
            run.Error.Should().Contain("does not belong on a command line").And.NotContain(broker.AdminPak);
        }
    }

    [Fact]
    public async Task Escape_codes_in_names_steer_no_terminal()
    {
        var run = await CommandRun.OfAsync(broker, "describe", "\e[31mweb\a\u202e");

        run.Code.Should().Be(5);
        run.Error.Should().NotContain("\e").And.NotContain("\a").And.NotContain("\u202e").And.Contain("web");
    }

    [Fact]
    public async Task Nobody_is_signed_in_at_first()
    {
        var run = await CommandRun.OfAsync(new Dictionary<string, string>(), ["get", "objects"]);

        run.Code.Should().Be(4);
        run.Error.Should().Contain("brokkr login");
    }
}
