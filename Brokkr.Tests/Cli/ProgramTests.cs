using System.Diagnostics;
using Brokkr.DemoCluster.Demo;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Broker.Diagnostics;

namespace Brokkr.Tests.Cli;

/// <summary>The command as a program of its own: in a pipe, on a terminal, completed by a shell.</summary>
public sealed class ProgramTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    /// <summary>Runs lines of bash in which <c>brokkr</c> is the command, signed in as the admin.</summary>
    private async Task<(int Code, string Out, string Error)> BashAsync(string lines, string? url = null)
    {
        using var installed = new InstalledCommand(broker, url);
        var start = new ProcessStartInfo("bash", ["-c", lines])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in installed.Environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, output, await error);
    }

    [Fact]
    public async Task In_a_pipe_it_writes_plain_lines_and_data_apart_from_words()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        await broker.ReportInFullAsync(agent, objectId);

        var (code, output, error) = await BashAsync("brokkr get objects | cat; brokkr describe nothing-like-it; echo $?");

        code.Should().Be(0);
        output.Should().MatchRegex(@"failing +stack-\d+/web +agent-\d+ +1/3").And.EndWith("\n5\n").And.NotContain("\e");
        error.Should().StartWith("No agent runs a deployment object nothing-like-it.");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("get --help")]
    [InlineData("get objects")]
    [InlineData("completion bash")]
    public async Task Where_nobody_reads_on_it_ends_without_a_word(string arguments)
    {
        var (_, output, error) = await BashAsync($"{{ sleep 0.3; brokkr {arguments}; }} | true; echo ${{PIPESTATUS[0]}}");

        error.Should().BeEmpty();
        output.Should().Be("0\n");
    }

    [Fact]
    public async Task On_a_terminal_it_has_colours_and_fits_unless_nobody_wants_them()
    {
        var (objectId, agent) = await broker.GivenTargetAsync();
        await broker.ReportInFullAsync(agent, objectId);

        var (_, coloured, _) = await BashAsync("script -qec 'stty cols 70; brokkr get objects' /dev/null </dev/null");
        var (_, plain, _) = await BashAsync("export NO_COLOR=1; script -qec 'stty cols 70; brokkr get objects' /dev/null </dev/null");

        coloured.Should().Contain("\e[91mfailing");
        plain.Should().Contain("failing").And.NotContain("\e[91m");
        plain.Split('\n').Select(l => l.TrimEnd('\r')).Should().OnlyContain(l => l.Length <= 70);
    }

    [Fact]
    public async Task A_broker_that_is_away_is_one_sentence_and_no_trace()
    {
        var (code, output, error) = await BashAsync("brokkr get objects", $"http://127.0.0.1:{FreePort.Next()}");

        code.Should().Be(1);
        output.Should().BeEmpty();
        error.Trim().Split('\n').Should().HaveCount(2).And.NotContain(l => l.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_reads_no_further_ends_it_and_what_cannot_be_written_is_said()
    {
        var (_, output, error) = await BashAsync("""
            brokkr get stacks --watch | head -n 1; echo "${PIPESTATUS[0]}"
            brokkr version --client > /dev/full; echo $?
            (brokkr version --client; brokkr version --client) > twice; wc -l < twice; rm twice
            """);

        output.TrimEnd('\n').Split('\n')[1..].Should().Equal("0", "1", "2");
        error.Should().StartWith("The output cannot be written: ").And.NotContain("   at ");
    }

    [Theory]
    [InlineData("zsh", "compdef _brokkr brokkr")]
    [InlineData("fish", "complete -f -c brokkr")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Other_shells_have_their_script(string shell, string expected) =>
        (await CommandRun.OfAsync(broker, "completion", shell)).Out.Should().Contain(expected);
}
