using System.Text.RegularExpressions;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Broker.Diagnostics;

namespace Brokkr.Tests.Cli;

/// <summary>The command on a real terminal, typed by somebody.</summary>
public sealed class TypedCommandTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const int Width = 80;

    [Fact]
    public async Task What_it_shows_fits_whatever_things_are_called_and_steers_nothing()
    {
        var objectId = await GivenEvilNamesAsync();
        using var installed = new InstalledCommand(broker);
        foreach (var line in new[]
        {
            "get objects", "get objects -o wide", "get agents", "get agents -o wide", "get stacks", "get stacks -o wide", "get alerts", "get alerts -o wide",
            $"describe {objectId}", $"history {objectId}", $"get diagnostics {objectId}", "changes", "audit", "keys list", "silence list", "whoami", "version",
        })
        {
            var run = await CommandRun.OfAsync(new(installed.Environment), line.Split(' '), terminal: Width);

            run.Code.Should().Be(0, $"{line}: {run.Error}");
            var seen = Regex.Replace(run.Out, "\e\\[[0-9;]*m", "");
            seen.Should().NotContainAny("\e", "\a", "\u202e");
            seen.Split('\n').Where(l => l.Sum(c => c == '日' ? 2 : 1) > Width).Should().BeEmpty(line);
        }
    }

    [Fact]
    public async Task Colours_are_for_terminals_and_for_whoever_wants_them()
    {
        var objectId = await GivenEvilNamesAsync();
        using var installed = new InstalledCommand(broker);
        await using var terminal = PseudoTerminal.Start(
            "brokkr get objects; echo '== without'; NO_COLOR=1 brokkr get objects; brokkr get objects --no-color; "
            + $"brokkr describe {objectId} | cat; echo '== end'", installed.Environment, Width, height: 50);

        var coloured = (await terminal.SaysAsync("^(.*)== without\r\n")).Groups[1].Value;
        var plain = (await terminal.SaysAsync("^(.*)== end\r\n")).Groups[1].Value;

        coloured.Should().Contain("\e[91mfailing");
        Regex.Count(plain, "failing").Should().BeGreaterThanOrEqualTo(3);
        // How the terminal sends its keys is no colour.
        Regex.Replace(plain, "\e(\\[\\?1[hl]|=|>)", "").Should().NotContain("\e");
        (await terminal.EndsAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_key_that_is_pasted_at_its_prompt_is_never_shown()
    {
        using var installed = new InstalledCommand(broker);
        await using var terminal = PseudoTerminal.Start(
            $"unset BROKKR_PAK_FILE; brokkr login {broker.Urls[0]} --name here; echo ended $?", installed.Environment);

        await terminal.SaysAsync("Key: ");
        terminal.Type($"{broker.AdminPak}\r");

        await terminal.SaysAsync("Signed in to .*ended 0");
        terminal.Output.Should().NotContain(broker.AdminPak[^12..]);
    }

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

    /// <summary>A deployment object that fails on an agent, both called what would steer a terminal; answers the object's identifier.</summary>
    private async Task<string> GivenEvilNamesAsync()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        await broker.ReportInFullAsync(agent, objectId);
        await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{objectId}/diagnostics", broker.AdminPak);
        await broker.SqlAsync($@"UPDATE deployment_objects SET name = E'ev\x1b[2Jil\u202e' || repeat('日', 60) WHERE id = '{objectId}'");
        await broker.SqlAsync($@"UPDATE agents SET name = E'\x1b]0;owned\x07' || repeat('a', 90) || id WHERE id = '{agent.Id}'");
        return objectId;
    }
}
