using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Brokkr.DemoCluster.Demo;
using Brokkr.Tests.Broker.Alerts;
using Brokkr.Tests.Processes;

namespace Brokkr.Tests.Documentation;

/// <summary>The user guide, and how alerts begin, followed line by line.</summary>
public sealed partial class GuideTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-guide-").FullName;

    /// <summary>Other ports than those of the guide, and less patience with agents that fall silent.</summary>
    private readonly Dictionary<string, string> _environment = new()
    {
        ["BROKKR__BROKER__HTTP_PORT"] = $"{FreePort.Next()}",
        ["BROKKR__BROKER__GRPC_PORT"] = $"{FreePort.Next()}",
        ["BROKKR__BROKER__MANAGEMENT_PORT"] = $"{FreePort.Next()}",
        ["BROKKR__BROKER__HEALTH__STALE_AFTER_SECONDS"] = "20",
        ["BROKKR__BROKER__ALERTS__ALLOWED_NETWORKS"] = "127.0.0.0/8",
    };

    private RunningProgram _demo = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateSymbolicLink(Path.Combine(_directory, "Brokkr.DemoCluster"), Path.Combine(RepositoryRoot.Path, "Brokkr.DemoCluster"));
        // What ./demo does after it has built.
        _demo = RunningProgram.Start(
            "brokkr-demo", ["run", "--broker", RunningProgram.PathOf("brokkr-broker"), "--agent", RunningProgram.PathOf("brokkr-agent")],
            _environment,
            _directory);
        await Eventually.IsAsync("the demo says what to try", () => Task.FromResult(_demo.Said.Contains("Try:", StringComparison.Ordinal) || _demo.HasExited));
    }

    [Fact]
    public async Task Every_line_does_what_the_guide_shows_and_again_the_second_time_and_says_so_where_it_fails()
    {
        _demo.HasExited.Should().BeFalse(_demo.Said);
        var blocks = Blocks(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "guide.md")));
        blocks[0].Commands.Trim().Should().Be("./demo");
        blocks.Count(b => b.Shown.Length > 0).Should().BeGreaterThan(5);

        for (var i = 0; i < 2; i++)
            Compare(blocks.Skip(1), await PrintedAsync([.. blocks.Skip(1).Select(b => b.Commands)]));

        Directory.EnumerateFileSystemEntries(_directory).Select(e => Path.GetFileName(e)).Where(e => !e.StartsWith(".brokkr", StringComparison.Ordinal))
            .Should().BeEquivalentTo(["Brokkr.DemoCluster", "guide.sh"], "git leaves out what begins with .brokkr alone");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_directory, ".brokkr", "guide")))
            File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        await RequireSentencesAsync(blocks[1].Commands);
    }

    [Fact]
    public async Task The_page_of_alerts_leads_from_nothing_to_a_message_in_a_chat()
    {
        _demo.HasExited.Should().BeFalse(_demo.Said);
        await using var chat = await Inbox.OpenAsync();
        var page = (await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "alerts.md")))
            .Replace("https://hooks.slack.com", chat.Url, StringComparison.Ordinal);
        var blocks = Blocks(page[page.IndexOf("## Begin", StringComparison.Ordinal)..page.IndexOf("## Rules", StringComparison.Ordinal)]);

        Compare(blocks, await PrintedAsync([.. blocks.Select(b => b.Commands)]));

        chat.Letters.Should().OnlyContain(l => l.Path == "/services/T000/B000/xyz");
        var texts = chat.Bodies.Select(b => (string)b["text"]!).ToList();
        texts[0].Should().Contain("test message");
        texts.Should().ContainSingle(t => t.StartsWith("*Failing: ", StringComparison.Ordinal)).Which.Should().Contain("jobs");
    }

    /// <summary>A line that fails, or waits for what never comes, says so.</summary>
    private async Task RequireSentencesAsync(string start)
    {
        var (_, unknown) = await RunAsync([start, "api $url/stacks/none\n"]);
        var (_, never) = await RunAsync([start, "within 1 false\n"]);
        _environment["BROKKR__BROKER__HTTP_PORT"] = $"{FreePort.Next()}";
        var (_, away) = await RunAsync([start, "api $url/stacks\n"]);

        unknown.Should().Contain("The call failed:").And.Contain("must be a UUID");
        never.Should().Contain("Still not so after 1 seconds: false.");
        away.Should().Contain("Failed to connect").And.Contain("The call failed:");
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

    /// <summary>What each block printed, all of which must have gone well.</summary>
    private async Task<IReadOnlyList<string>> PrintedAsync(IReadOnlyList<string> blocks)
    {
        var (printed, errors) = await RunAsync(blocks);
        printed.Should().HaveCount(blocks.Count, errors);
        return printed;
    }

    /// <summary>
    /// Runs the blocks in one shell, as whoever follows the guide does, and answers what each printed that ended well. A line that fails ends it.
    /// </summary>
    private async Task<(IReadOnlyList<string> Printed, string Errors)> RunAsync(IReadOnlyList<string> blocks)
    {
        const string mark = "=== end of a block ===";
        // Jobs are kept track of, as at a prompt.
        var script = new StringBuilder("set -euo pipefail\nset -m\n");
        foreach (var block in blocks)
            script.Append(CultureInfo.InvariantCulture, $"{Here(block)}\necho '{mark}'\n");
        var file = Path.Combine(_directory, "guide.sh");
        await File.WriteAllTextAsync(file, script.ToString());
        var start = new ProcessStartInfo("bash", [file]) { WorkingDirectory = _directory, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in _environment)
            start.Environment[key] = value;
        start.Environment["BROKKR__AGENT__HEALTH__CHECK_INTERVAL"] = "5";
        using var shell = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var errors = shell.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            var printed = await shell.StandardOutput.ReadToEndAsync(patience.Token);
            await shell.WaitForExitAsync(patience.Token);
            return ([.. printed.Split(mark).SkipLast(1).Select(p => p.Trim())], $"after {printed}\n{await errors}");
        }
        finally
        {
            shell.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The same line with the program that was built with the tests.</summary>
    private static string Here(string block) => block.Replace(
        "dotnet Brokkr.Agent/bin/Release/net10.0/brokkr-agent.dll", $"dotnet {RunningProgram.BuiltPathOf("brokkr-agent")}", StringComparison.Ordinal);
}
