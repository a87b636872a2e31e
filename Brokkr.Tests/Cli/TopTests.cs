using System.Text.RegularExpressions;
using Brokkr.Tests.Broker;

namespace Brokkr.Tests.Cli;

/// <summary><c>brokkr top</c> on a terminal, as somebody sees it.</summary>
public sealed class TopTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const int Objects = 9;
    private const string Begins = "\e\\[H";

    [Theory]
    [InlineData(200, 24)]
    [InlineData(80, 24)]
    [InlineData(51, 10)]
    [InlineData(34, 8)]
    [InlineData(24, 10)]
    public async Task It_fits_the_screen_whatever_things_are_called(int width, int height)
    {
        await GivenFleetAsync();
        using var installed = new InstalledCommand(broker);
        await using var terminal = PseudoTerminal.Start("brokkr top; echo left $?", installed.Environment, width, height);

        await terminal.SaysAsync(Begins);
        var picture = (await terminal.SaysAsync($"(.*?){Begins}")).Groups[1].Value;
        var screen = TerminalScreen.Of(terminal.Output[..(terminal.Output.IndexOf(picture, StringComparison.Ordinal) + picture.Length)], width, height);

        screen.Unknown.Should().BeEmpty();
        screen.Scrolled.Should().Be(0);
        screen.Lines[0].Should().StartWith($"{Objects} failing"[..Math.Min(9, width)]);
        screen.Lines.Should().Contain(l => l.StartsWith("fai", StringComparison.Ordinal));
        picture.Should().NotContainAny("\e[2J", "\u202e", "\u009b", "\a");
        // What was written to a line is what is seen of it, to the last character.
        var written = Regex.Replace(picture, "\e\\[[0-9;?]*[A-Za-z]", "").Split("\r\n").Select(l => l.TrimEnd()).ToList();
        screen.Lines.Should().StartWith(written.TakeWhile(l => l.Length > 0));
        if (width >= 80)
            screen.Lines.Count(l => l.Contains("hostile-", StringComparison.Ordinal)).Should().Be(Math.Min(Objects, height - 4));

        terminal.Type("w");
        await terminal.SaysAsync("w everything");
        terminal.Type("q");
        await terminal.SaysAsync("\e\\[\\?25h\e\\[\\?1049l.*left 0\r\n");
        (await terminal.EndsAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_broker_that_goes_away_is_said_in_its_place_and_control_c_gives_the_terminal_back()
    {
        await GivenFleetAsync();
        var another = await broker.AnotherBrokerAsync();
        using var installed = new InstalledCommand(broker, $"{another.Urls[0]}");
        await using var terminal = PseudoTerminal.Start("brokkr top; echo left $?", installed.Environment);

        await terminal.SaysAsync($"{Objects} failing");
        await another.StopAsync();
        await another.DisposeAsync();
        await terminal.SaysAsync("cannot be reached");
        terminal.Type("\u0003");

        await terminal.SaysAsync("\e\\[\\?25h\e\\[\\?1049l.*left 130\r\n");
    }

    /// <summary>Deployment objects of one stack whose names and conditions would clear a terminal, colour it and turn it round.</summary>
    private async Task GivenFleetAsync()
    {
        if ((long)(await broker.SqlAsync("SELECT COUNT(*) FROM deployment_objects"))! > 0)
            return;
        var stack = await broker.GivenStackAsync();
        var objects = new List<string>();
        for (var i = 0; i < Objects; i++)
            objects.Add(await broker.GivenObjectAsync(stack, $"hostile-{i}"));
        var agent = await broker.GivenAgentAsync(stack);
        var reports = objects.Select(id => $$"""
            {"id":"{{id}}","status":"failing","checked_at":"2026-01-15T10:30:00Z","summary":{"pods_ready":0,"pods_total":1,"resources":[],
             "conditions":["\u001b[2J\u001b[Hgone \u202e\u009b31m\u0007{{new string('日', 60)}}","CrashLoopBackOff"]} }
            """);
        var (status, body) = await broker.RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak,
            $$"""{"deployment_objects":[{{string.Join(',', reports)}}]}""");
        status.Should().Be(200, body.ToJsonString());
        // What no broker takes from anybody, as if it had got into the database.
        await broker.SqlAsync(@"UPDATE deployment_objects SET name = name || E'\x1b[2J\x1b[H\u202e' || repeat('x', 80)");
    }
}
