using Brokkr.Tests.Broker.Alerts;

namespace Brokkr.Tests.Cli;

/// <summary>The tabulator in a real bash, with a real broker behind it.</summary>
public sealed class CompletionTests : IAsyncLifetime
{
    private AlertFixture _alerts = null!;

    public async Task InitializeAsync() => _alerts = await AlertFixture.StartAsync();

    public async Task DisposeAsync() => await _alerts.DisposeAsync();

    [Fact]
    public async Task Bash_goes_on_with_what_the_command_and_the_broker_know()
    {
        var (stack, agent) = await _alerts.GivenAlertAsync();
        using var installed = new InstalledCommand(_alerts.Broker);
        await using var bash = await BashAsync(installed);

        foreach (var (typed, expected) in new[]
        {
            ("brokkr desc", "brokkr describe"), ("brokkr get objects --status fai", "brokkr get objects --status failing"),
            ("brokkr get objects --status=fai", "brokkr get objects --status=failing"), ("brokkr get alerts --state=e", "brokkr get alerts --state=ended"),
            ("brokkr describe we", "brokkr describe web"), ($"brokkr ack {stack}/", $"brokkr ack {stack}/web"),
            ($"brokkr diagnose {stack}/web@ag", $"brokkr diagnose {stack}/web@{agent}"),
            ("brokkr describe nothing-like-it", "brokkr describe nothing-like-it"),
        })
            (await CompletedAsync(bash, typed)).Should().Be(expected, $"{typed} was typed");
    }

    [Fact]
    public async Task Every_word_that_is_known_is_offered()
    {
        var (stack, agent) = await _alerts.GivenAlertAsync();
        var silence = (await RunAsync("silence", "create", $"{stack}/web", "--for", "2h", "-o", "name")).Out.Trim();
        (await RunAsync("keys", "create", "dashboard")).Code.Should().Be(0);
        using var installed = new InstalledCommand(_alerts.Broker);
        var environment = new Dictionary<string, string>(installed.Environment);
        (await CommandRun.OfAsync(environment, ["login", "--name", "here"])).Code.Should().Be(0);

        foreach (var (typed, expected) in new[]
        {
            ("brokkr ac", "ack"), ("brokkr silence cr", "create"), ("brokkr get al", "alerts"), ("brokkr get objects --stat", "--status"),
            ("brokkr get alerts --state en", "ended"), ("brokkr get alerts --state=en", "--state=ended"), ("brokkr get objects --agent=", $"--agent={agent}"),
            ("brokkr top --no-c", "--no-color"), ($"brokkr ack {stack}/", $"{stack}/web"),
            ("brokkr describe we", "web"), ($"brokkr diagnose {stack}/web@ag", $"{stack}/web@{agent}"), ($"brokkr logs web@{agent[..^1]}", $"web@{agent}"),
            ("brokkr silence create we", "web"), ("brokkr silence create --status sil", "silent"),
            ("brokkr silence create --condition CrashL", "CrashLoopBackOff"), ("brokkr silence create --every su", "sun"),
            ($"brokkr silence end {silence[..6]}", silence), ("brokkr keys revoke dash", "dashboard"), ("brokkr keys create x --role ad", "admin"),
            ($"brokkr agents target {agent} stack-", stack), ($"brokkr agents targets {agent[..^1]}", agent),
            ($"brokkr get objects --agent {agent[..^1]}", agent), ("brokkr diff we", "web"), ("brokkr rollback web --ye", "--yes"),
            ("brokkr completion fi", "fish"), ("brokkr context use he", "here"), ("brokkr whoami --context he", "here"),
        })
        {
            var offered = await CommandRun.OfAsync(environment, [$"[suggest:{typed.Length}]", typed]);
            offered.Out.Split('\n').Should().Contain(expected, $"{typed} was typed");
        }
    }

    [Fact]
    public async Task A_broker_that_is_away_costs_a_moment_and_completes_nothing()
    {
        using var installed = new InstalledCommand(_alerts.Broker, "http://127.0.0.1:1");
        await using var bash = await BashAsync(installed);

        (await CompletedAsync(bash, "brokkr describe we")).Should().Be("brokkr describe we");
        (await CompletedAsync(bash, "brokkr desc")).Should().Be("brokkr describe");
        bash.Output.Should().NotContain("cannot be reached");
    }

    private Task<CommandRun> RunAsync(params string[] args) => CommandRun.OfAsync(_alerts.Broker, args);

    private static async Task<PseudoTerminal> BashAsync(InstalledCommand installed)
    {
        var environment = new Dictionary<string, string>(installed.Environment) { ["INPUTRC"] = "/dev/null" };
        var bash = PseudoTerminal.Start("exec env PS1='READY> ' bash --norc --noprofile -i", environment, width: 240);
        await bash.SaysAsync("READY> ");
        bash.Type("bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; source <(brokkr completion bash); echo com''plete\r");
        await bash.SaysAsync("complete\r\n.*READY> ");
        return bash;
    }

    /// <summary>What the line is after the tabulator: it is put behind <c>echo</c> and run.</summary>
    private static async Task<string> CompletedAsync(PseudoTerminal bash, string typed)
    {
        bash.Type($"{typed}\t\u0001echo '\u0005'\r");
        return (await bash.SaysAsync("\r\n(brokkr[^\r\n]*?) ?\r\n.*?READY> ")).Groups[1].Value;
    }
}
