using Brokkr.Tests.Broker;
using Brokkr.Tests.Broker.Diagnostics;

namespace Brokkr.Tests.Cli;

/// <summary>The command on a real terminal, typed by somebody.</summary>
public sealed class TypedCommandTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData("n", 1)]
    [InlineData("y", 0)]
    public async Task What_loses_something_asks_whoever_is_there(string answer, int code)
    {
        await broker.RestAsync(HttpMethod.Post, "/api/v1/stacks", broker.AdminPak, $$"""{"name":"asked-{{answer}}"}""");
        using var installed = new InstalledCommand(broker);
        await using var terminal = PseudoTerminal.Start($"brokkr stacks delete asked-{answer}", installed.Environment);

        await terminal.SaysAsync(@"Delete the stack asked-. and everything in it\? \[y/N\] ");
        terminal.Type($"{answer}\r");

        await terminal.SaysAsync(code == 0 ? "is deleted" : "Nothing was changed");
        (await terminal.EndsAsync()).Should().Be(code);
    }

    [Fact]
    public async Task Who_waits_waits_for_a_broker_that_is_away_too()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        await broker.ReportInFullAsync(agent, objectId);
        var first = await broker.AnotherBrokerAsync();
        using var installed = new InstalledCommand(broker, $"{first.Urls[0]}");
        await using var terminal = PseudoTerminal.Start($"brokkr wait {objectId} --timeout 5m", installed.Environment);

        await terminal.SaysAsync("is failing on agent-");
        await first.StopAsync();
        await first.DisposeAsync();
        await terminal.SaysAsync("cannot be reached.*Trying again");
        await broker.ReportAsync(agent, objectId, "healthy", "2026-01-15T12:30:00Z");
        await using var second = await BrokerFixture.StartAsync(options =>
        {
            options.Database.ConnectionString = broker.Options.Database.ConnectionString;
            options.HttpPort = first.Urls[0].Port;
        });

        await terminal.SaysAsync("is healthy");
        (await terminal.EndsAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Waiting_turns_on_the_terminal_and_leaves_nothing_of_it_in_the_data()
    {
        var (objectId, _) = await broker.GivenTargetAsync();
        using var installed = new InstalledCommand(broker);
        await using var terminal = PseudoTerminal.Start(
            $"cd {installed.Directory}; brokkr diagnose {objectId} --wait --timeout 1s > data; echo ended $?; wc -c < data", installed.Environment);

        await terminal.SaysAsync("Waiting for the agent to answer");
        await terminal.SaysAsync("goes on waiting");
        await terminal.SaysAsync("ended 124\r\n0\r\n");
        terminal.Output.LastIndexOf("\e[?25h", StringComparison.Ordinal).Should().BeGreaterThan(
            terminal.Output.LastIndexOf("\e[?25l", StringComparison.Ordinal), "the cursor is shown again");
    }
}
