using Brokkr.Tests.Broker.Alerts;

namespace Brokkr.Tests.Cli;

/// <summary>Alerts and silences at the command line, with a broker that looks when it is told to.</summary>
public sealed class AlertCommandTests : IAsyncLifetime
{
    private AlertFixture _alerts = null!;

    public async Task InitializeAsync() => _alerts = await AlertFixture.StartAsync();

    public async Task DisposeAsync() => await _alerts.DisposeAsync();

    private Task<CommandRun> RunAsync(params string[] args) => CommandRun.OfAsync(_alerts.Broker, args);

    [Fact]
    public async Task Alerts_are_listed_acknowledged_by_name_and_part_of_a_description()
    {
        var (stack, agent) = await _alerts.GivenAlertAsync();

        var listed = await RunAsync("get", "alerts", "--stack", stack);
        var described = await RunAsync("describe", $"{stack}/web");
        var acked = await RunAsync("ack", $"{stack}/web@{agent}", "-m", "restarting it");
        var after = await RunAsync("get", "alerts", "-o", "wide");
        var describedAfter = await RunAsync("describe", $"{stack}/web");

        listed.Out.Should().MatchRegex($@"^STATUS +OBJECT +AGENT +SINCE +STATE +RULE +CAUSE\nfailing +{stack}/web +{agent} +\ds +open +everything");
        described.Out.Should().MatchRegex($@"ALERTS\n.*\n +failing +{stack}/web").And.Contain($"  brokkr ack {stack}/web\n");
        (acked.Code, acked.Out).Should().Be((0, $"{stack}/web on {agent}: failing is acknowledged by bootstrap.\n"), acked.Error);
        after.Out.Should().MatchRegex("acknowledged by bootstrap .* restarting it +[0-9a-f-]{36}");
        describedAfter.Out.Should().Contain("acknowledged by bootstrap").And.NotContain("brokkr ack");
        (await RunAsync("get", "alerts", "-o", "name")).Out.Trim().Should().MatchRegex("^[0-9a-f-]{36}$");
    }

    [Fact]
    public async Task What_ended_is_listed_where_it_is_asked_for()
    {
        var (agent, web) = await _alerts.GivenWebAsync();
        await _alerts.Broker.ReportAsync(agent, web, "failing");
        await _alerts.LookAsync();
        await _alerts.Broker.ReportAsync(agent, web, "healthy");
        await _alerts.LookAsync();
        await _alerts.LookAsync();

        (await RunAsync("get", "alerts")).Out.Should().Be("There is no alert.\n");
        (await RunAsync("get", "alerts", "--state", "ended")).Out.Should().Contain("ended: recovered");
        var none = await RunAsync("ack", web);
        (none.Code, none.Error).Should().Be((5, $"{web} has no open alert.\nbrokkr get alerts\n"));
    }

    [Fact]
    public async Task The_alert_of_a_silent_agent_is_named_by_the_agent()
    {
        await _alerts.Broker.GivenAgentAsync(await _alerts.Broker.GivenStackAsync());
        await _alerts.Broker.SqlAsync("UPDATE agents SET last_seen_at = NOW() - INTERVAL '1000 seconds'");
        await _alerts.LookAsync();
        await _alerts.Broker.SqlAsync("UPDATE alert_watch SET watching_since = NOW() - INTERVAL '1 day'");
        await _alerts.LookAsync();
        await _alerts.LookAsync();
        var name = (string)(await _alerts.AlertsAsync("?status=silent"))[0]!["agent_name"]!;

        var acked = await RunAsync("ack", $"@{name}");

        (acked.Code, acked.Out).Should().Be((0, $"The agent {name}: silent is acknowledged by bootstrap.\n"), acked.Error);
    }

    [Fact]
    public async Task A_silence_is_made_of_a_name_listed_by_names_and_ended()
    {
        var (stack, agent) = await _alerts.GivenAlertAsync();

        var made = await RunAsync("silence", "create", $"{stack}/web@{agent}", "--for", "2h", "--condition", "CrashLoopBackOff", "--comment", "migration");
        var id = made.Out.Trim();
        var listed = await RunAsync("silence", "list");
        var json = (await RunAsync("silence", "list", "-o", "json")).Json["silences"]![0]!;
        var ended = await RunAsync("silence", "end", id);

        made.Code.Should().Be(0, made.Error);
        made.Error.Should().MatchRegex("^Silent until 20.*Z. brokkr silence end [0-9a-f-]{36} ends it.\n$");
        listed.Out.Should().MatchRegex($@"\n{id} +in force +web in {stack} on {agent} with CrashLoopBackOff +until 20.* +bootstrap +migration\n");
        (DateTimeOffset.Parse((string)json["ends_at"]!, System.Globalization.CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow)
            .Should().BeCloseTo(TimeSpan.FromHours(2), TimeSpan.FromMinutes(10));
        ended.Code.Should().Be(0, ended.Error);
        (await RunAsync("silence", "list")).Out.Should().Be("Nothing is silenced.\n");
    }

    [Fact]
    public async Task A_silence_can_come_back_every_week()
    {
        string[] create = ["silence", "create", "--status", "silent", "--for", "90m", "--every"];
        var made = await RunAsync([.. create, "sat", "--every", "sun", "--at", "22:30", "--zone", "Europe/Zurich"]);

        made.Code.Should().Be(0, made.Error);
        (await RunAsync("silence", "list")).Out.Should().Contain("being silent").And.Contain("Sat, Sun 22:30 for 90m (Europe/Zurich)");
        (await RunAsync([.. create, "sat"])).Error.Should().Contain("--every and --at belong together");
        (await RunAsync([.. create, "today", "--at", "22:30"])).Code.Should().Be(2);
    }

    [Fact]
    public async Task What_would_silence_everything_is_refused()
    {
        var all = await RunAsync("silence", "create", "--for", "2h");
        var noTime = await RunAsync("silence", "create", "--status", "failing");
        var badTime = await RunAsync("silence", "create", "--status", "failing", "--for", "soon");

        (all.Code, noTime.Code, badTime.Code).Should().Be((1, 2, 2));
        all.Error.Should().Contain("everything");
        badTime.Error.Should().StartWith("--for must be a time such as 90s, 10m, 8h or 7d, not soon.\n");
    }
}
