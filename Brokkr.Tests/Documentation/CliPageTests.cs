using System.CommandLine;
using System.Text.RegularExpressions;
using Brokkr.Cli;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Terminal;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Cli;

namespace Brokkr.Tests.Documentation;

/// <summary>docs/cli.md names every command, and what it shows runs.</summary>
public sealed partial class CliPageTests(BrokerFixture broker) : IClassFixture<BrokerFixture>, IDisposable
{
    /// <summary>What waits for an agent, or for something to go wrong.</summary>
    private static readonly string[] NotRun = ["--wait", "brokkr wait", "brokkr logs", "brokkr ack"];

    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "cli.md"));

    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-cli-page-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Every_command_is_in_the_table_and_no_other_is()
    {
        var commands = Leaves(Root(), "brokkr").ToList();

        CommandInTable().Matches(string.Join('\n', Page.Split('\n').Where(l => l.StartsWith('|')))).Select(m => m.Groups[1].Value)
            .Where(c => c != "brokkr").Should().BeEquivalentTo(commands);
        commands.Should().HaveCountGreaterThan(25);
    }

    [Fact]
    public void Every_line_that_is_shown_is_understood()
    {
        foreach (var line in Lines())
            Root().Parse(line["brokkr ".Length..]).Errors.Should().BeEmpty($"the page shows {line}");
    }

    [Fact]
    public async Task What_is_shown_runs_in_its_order()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "web.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: prod}\n");

        foreach (var line in Lines().Where(l => !NotRun.Any(n => l.Contains(n, StringComparison.Ordinal))))
        {
            var args = FileName().Replace(line, $"{_directory}/$0").Split(' ')[1..];
            var run = await CommandRun.OfAsync(broker, args);
            run.Code.Should().Be(0, $"the page shows {line}: {run.Error}");
        }
    }

    [Fact]
    public void Every_exit_code_is_there()
    {
        foreach (var code in typeof(ExitCodes).GetFields().Select(f => (int)f.GetValue(null)!).Where(c => c != ExitCodes.Interrupted))
            Page.Should().Contain($"\n| {code} | ");
    }

    private static RootCommand Root() => BrokkrCommand.Create(new CommandLine(new()
    {
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        In = TextReader.Null,
        RawOut = Stream.Null,
        Environment = new Dictionary<string, string>(),
    }));

    private static IEnumerable<string> Leaves(Command command, string path) =>
        command.Subcommands.Count == 0 ? [path] : command.Subcommands.SelectMany(c => Leaves(c, $"{path} {c.Name}"));

    /// <summary>The commands of every block, one by one.</summary>
    private static IEnumerable<string> Lines() => Block().Matches(Page).SelectMany(m => m.Groups[1].Value.Split('\n'))
        .SelectMany(line => line.Split(" || ")).Where(line => line.StartsWith("brokkr ", StringComparison.Ordinal));

    [GeneratedRegex("```sh\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`(brokkr(?: [a-z]+)+)`")]
    private static partial Regex CommandInTable();

    [GeneratedRegex(@"\b[a-z0-9-]+\.(?:yaml|pak)\b")]
    private static partial Regex FileName();
}
