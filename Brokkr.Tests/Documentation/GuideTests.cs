using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Brokkr.Tests.Broker.Alerts;
using Brokkr.Tests.Processes;

namespace Brokkr.Tests.Documentation;

/// <summary>The user guide, and how alerts begin, followed line by line.</summary>
public sealed partial class GuideTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-guide-").FullName;
    private readonly Dictionary<string, int> _ports =
        new() { ["8080"] = RunningProgram.FreePort(), ["8081"] = RunningProgram.FreePort(), ["9090"] = RunningProgram.FreePort() };
    private RunningProgram _demo = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateSymbolicLink(Path.Combine(_directory, "Brokkr.DemoCluster"), Path.Combine(RepositoryRoot.Path, "Brokkr.DemoCluster"));
        // What ./demo does after it has built.
        _demo = RunningProgram.Start(
            "brokkr-demo", ["run", "--broker", RunningProgram.PathOf("brokkr-broker"), "--agent", RunningProgram.PathOf("brokkr-agent")],
            new Dictionary<string, string>
            {
                ["BROKKR__BROKER__HTTP_PORT"] = $"{_ports["8080"]}",
                ["BROKKR__BROKER__GRPC_PORT"] = $"{_ports["8081"]}",
                ["BROKKR__BROKER__MANAGEMENT_PORT"] = $"{_ports["9090"]}",
                ["BROKKR__BROKER__ALERTS__ALLOWED_NETWORKS"] = "127.0.0.0/8",
            },
            _directory);
        await Eventually.IsAsync("the demo says what to try", () => Task.FromResult(_demo.Said.Contains("Try:", StringComparison.Ordinal) || _demo.HasExited));
    }

    [Fact]
    public async Task Every_line_does_what_the_guide_shows()
    {
        _demo.HasExited.Should().BeFalse(_demo.Said);
        var blocks = Blocks(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "guide.md")));
        blocks[0].Commands.Trim().Should().Be("./demo");
        blocks.Count(b => b.Shown.Length > 0).Should().BeGreaterThan(5);

        var printed = await RunAsync([.. blocks.Skip(1).Select(b => b.Commands)]);

        Compare(blocks.Skip(1), printed);
    }

    [Fact]
    public async Task The_page_of_alerts_leads_from_nothing_to_a_message_in_a_chat()
    {
        _demo.HasExited.Should().BeFalse(_demo.Said);
        await using var chat = await Inbox.OpenAsync();
        var page = (await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "alerts.md")))
            .Replace("https://hooks.slack.com", chat.Url, StringComparison.Ordinal);
        var blocks = Blocks(page[page.IndexOf("## Begin", StringComparison.Ordinal)..page.IndexOf("## Rules", StringComparison.Ordinal)]);

        Compare(blocks, await RunAsync([.. blocks.Select(b => b.Commands)]));

        chat.Letters.Should().OnlyContain(l => l.Path == "/services/T000/B000/xyz");
        var texts = chat.Bodies.Select(b => (string)b["text"]!).ToList();
        texts[0].Should().Contain("test message");
        texts.Should().ContainSingle(t => t.StartsWith("*Failing: ", StringComparison.Ordinal)).Which.Should().Contain("jobs");
    }

    public async Task DisposeAsync()
    {
        await _demo.SignalAsync("TERM");
        await _demo.ExitCodeAsync();
        await _demo.DisposeAsync();
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static void Compare(IEnumerable<(string Commands, string Shown)> blocks, IEnumerable<string> printed)
    {
        foreach (var (block, print) in blocks.Zip(printed))
        {
            if (block.Shown.Length > 0)
                print.Should().MatchRegex($"^{Regex.Escape(block.Shown).Replace("…", ".*", StringComparison.Ordinal)}$",
                    $"the guide shows it below\n{block.Commands}");
        }
    }

    /// <summary>The lines of each block of commands, and what the block below it shows; empty where there is none.</summary>
    private static List<(string Commands, string Shown)> Blocks(string page) =>
        [.. CommandBlock().Matches(page).Select(m => (m.Groups["commands"].Value, m.Groups["shown"].Value.Trim()))];

    [GeneratedRegex(@"```sh\n(?<commands>.*?)```\n(\n```\n(?<shown>.*?)```)?", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex CommandBlock();

    /// <summary>Runs the blocks in one shell, as whoever follows the guide does, and answers what each printed. A line that fails ends it.</summary>
    private async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<string> blocks)
    {
        const string mark = "=== end of a block ===";
        // Jobs are kept track of, as at a prompt.
        var script = new StringBuilder("set -euo pipefail\nset -m\n");
        foreach (var block in blocks)
            script.Append(CultureInfo.InvariantCulture, $"{Here(block)}\necho '{mark}'\n");
        var file = Path.Combine(_directory, "guide.sh");
        await File.WriteAllTextAsync(file, script.ToString());
        using var shell = Process.Start(
            new ProcessStartInfo("bash", [file]) { WorkingDirectory = _directory, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var patience = new CancellationTokenSource(Patience);
        var errors = shell.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            var printed = await shell.StandardOutput.ReadToEndAsync(patience.Token);
            await shell.WaitForExitAsync(patience.Token);
            shell.ExitCode.Should().Be(0, $"after {printed}\n{await errors}");
            return [.. printed.Split(mark).SkipLast(1).Select(p => p.Trim())];
        }
        finally
        {
            shell.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The same line on this machine: ports that are free, and the program that was built with the tests.</summary>
    private string Here(string block) => _ports.Aggregate(
        block.Replace("dotnet Brokkr.Agent/bin/Release/net10.0/brokkr-agent.dll", $"dotnet {RunningProgram.BuiltPathOf("brokkr-agent")}",
        StringComparison.Ordinal),
        (text, port) => text.Replace($":{port.Key}", $":{port.Value}", StringComparison.Ordinal));
}
