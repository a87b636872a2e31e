using System.CommandLine;
using System.Text;
using Brokkr.Cli;
using Brokkr.Cli.Invocation;
using Brokkr.Contracts;
using Brokkr.DemoCluster.Demo;
using Brokkr.Tests.Broker;

namespace Brokkr.Tests.Cli;

/// <summary>Every command that there is, under everything that can be wrong with a call.</summary>
public sealed class EveryCommandTests(BrokerFixture broker) : IClassFixture<BrokerFixture>, IDisposable
{
    private const string Hostile = "\e[31mevil\e[0m\a\u202e\u009b2J";

    /// <summary>What each is called with: NAME is of something, FILE holds manifests.</summary>
    private static readonly string[] Lines =
    [
        "get objects NAME", "get agents NAME", "get stacks NAME", "get revisions NAME", "get diagnostics NAME", "get alerts --stack NAME", "top",
        "describe NAME", "history NAME", "changes --stack NAME", "wait NAME --timeout 0s", "diagnose NAME", "logs NAME --timeout 0s", "cancel NAME",
        "ack NAME", "silence create NAME --for 1h", "silence list", "silence end NAME", "submit NAME -f FILE", "rollback NAME --yes", "diff NAME",
        "delete NAME --yes", "stacks create new-stack", "stacks delete NAME --yes", "agents create new-agent", "agents rotate NAME", "agents delete NAME --yes",
        "agents target NAME shop", "agents untarget NAME shop --yes", "agents targets NAME", "keys list", "keys create new-key", "keys rotate NAME",
        "keys revoke NAME --yes", "audit", "login", "context list", "context use NAME", "context delete NAME", "whoami", "completion bash", "evaluate",
        "version",
    ];

    /// <summary>What needs no broker, or a terminal.</summary>
    private static readonly string[] Local = ["top", "context list", "context use NAME", "context delete NAME", "completion bash", "evaluate"];

    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-every-").FullName;

    public static TheoryData<string> Calls => [.. Lines.Except(Local)];

    public static TheoryData<string> Named => [.. Lines.Where(l => l.Contains("NAME", StringComparison.Ordinal))];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void They_are_all_of_them()
    {
        var root = BrokkrCommand.Create(new CommandLine(new()
        {
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            In = TextReader.Null,
            RawOut = Stream.Null,
            Environment = new Dictionary<string, string>(),
        }));

        Leaves(root, "").Should().BeEquivalentTo(Lines.Select(l => string.Join(' ', l.Split(' ').TakeWhile(w => w is not ("NAME" or "bash") && w[0] != '-'
            && !w.StartsWith("new-", StringComparison.Ordinal)))));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_broker_that_is_away_is_a_call_that_failed(string line)
    {
        var run = await RunAsync(line, ExampleFor(line), url: $"http://127.0.0.1:{FreePort.Next()}");

        run.Code.Should().Be(1, run.Error);
        run.Error.Should().Contain("cannot be reached").And.Contain("does the broker run?");
        run.Out.Should().Be(line == "version" ? $"brokkr {ProgramVersion.Current}\n" : "");
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task What_answers_and_is_no_broker_is_not_taken_for_one(string line)
    {
        await using var foreign = await ForeignServer.StartAsync();

        var run = await RunAsync(line, ExampleFor(line), url: foreign.Url);

        run.Code.Should().Be(1, run.Error + run.Out);
        run.Error.Trim().Split('\n').Should().HaveCount(2, "what is wrong, and what to do");
        run.Error.Should().Contain("is no Brokkr broker").And.Contain("Is the address right");
        run.Out.Should().Be(line == "version" ? $"brokkr {ProgramVersion.Current}\n" : "");
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_wrong_key_is_not_signed_in(string line)
    {
        var run = await RunAsync(line, ExampleFor(line), pak: Pak.Create(PakRole.Admin).Reveal());

        run.Code.Should().Be(line == "version" ? 0 : 4, run.Error);
        if (line != "version")
            run.Error.Should().Contain("brokkr login");
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Nobody_who_has_not_signed_in_is_left_without_the_next_step(string line)
    {
        var run = await CommandRun.OfAsync(new Dictionary<string, string> { ["HOME"] = _directory }, await ArgumentsAsync(line, ExampleFor(line)));

        run.Code.Should().Be(line switch { "version" => 0, "login" => 2, _ => 4 }, run.Error);
        if (line != "version")
            run.Error.Should().Contain("brokkr login");
    }

    [Theory]
    [MemberData(nameof(Named))]
    public async Task What_does_not_exist_is_not_found(string line)
    {
        foreach (var name in new[] { "nothing-like-it", $"{Guid.NewGuid()}" })
        {
            var run = await RunAsync(line, name);

            run.Code.Should().Be(5, $"{line} of {name}: {run.Error}");
            run.Error.Should().Contain(name);
            run.Error.Trim().Split('\n')[^1].Should().MatchRegex(@"brokkr [a-z]+|Did you mean|STACK/NAME", "it says what to do");
            run.Out.Should().BeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Named))]
    public async Task Escape_codes_in_a_name_reach_no_terminal(string line)
    {
        var run = await RunAsync(line, Hostile);

        run.Code.Should().BeOneOf([2, 5], run.Error);
        (run.Error + run.Out).Should().NotContainAny("\e", "\a", "\u202e", "\u009b").And.Contain("evil");
    }

    [Theory]
    [InlineData("--request", "nonsense")]
    [InlineData("--request", "../../healthz")]
    [InlineData("--request", Hostile)]
    public async Task What_cannot_be_an_id_is_asked_of_nobody(string option, string id)
    {
        var run = await CommandRun.OfAsync(broker, "diagnose", option, id);

        run.Code.Should().Be(5);
        run.Error.Should().Contain("There is no diagnostic request ").And.Contain("brokkr get diagnostics").And.NotContain("\e");
    }

    /// <summary>What a call can be about: silences have no name but their id.</summary>
    private static string ExampleFor(string line) => line.StartsWith("silence end", StringComparison.Ordinal) ? $"{Guid.Empty}" : "web";

    private static IEnumerable<string> Leaves(Command command, string path) => command.Subcommands.Count == 0
        ? [path]
        : command.Subcommands.SelectMany(c => Leaves(c, $"{path} {c.Name}".Trim()));

    private async Task<CommandRun> RunAsync(string line, string name, string? url = null, string? pak = null)
    {
        var key = Path.Combine(_directory, "key");
        await File.WriteAllTextAsync(key, pak ?? broker.AdminPak);
        return await CommandRun.OfAsync(
            new Dictionary<string, string> { ["BROKKR_URL"] = url ?? $"{broker.Urls[0]}", ["BROKKR_PAK_FILE"] = key, ["HOME"] = _directory },
            await ArgumentsAsync(line, name));
    }

    private async Task<string[]> ArgumentsAsync(string line, string name)
    {
        var file = Path.Combine(_directory, "web.yaml");
        await File.WriteAllTextAsync(file, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: prod}\n", Encoding.UTF8);
        return [.. line.Split(' ').Select(w => w switch { "NAME" => name, "FILE" => file, _ => w })];
    }
}
