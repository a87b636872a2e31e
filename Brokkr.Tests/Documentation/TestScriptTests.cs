using System.Diagnostics;

namespace Brokkr.Tests.Documentation;

/// <summary>How <c>./test</c> and <c>./demo</c> take their command lines.</summary>
public sealed class TestScriptTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_is_given_and_nothing_is_built(string option)
    {
        var (status, said, _) = await RunAsync(option);

        status.Should().Be(0);
        said.Should().StartWith("usage: ./test").And.Contain("--filter").And.Contain("--faults")
            .And.Contain("--attack").And.Contain("--native").And.Contain("--screenshots")
            .And.NotContain("==");
    }

    [Theory]
    [InlineData("--halp is not an option of ./test.", "--halp")]
    [InlineData("--filter needs an expression, such as Health.", "--filter")]
    [InlineData("--mutate belongs to --faults.", "--mutate")]
    [InlineData("Only one of --filter, --faults, --attack, --native and --screenshots can be given.", "--native", "--faults")]
    public async Task A_wrong_option_is_refused_with_the_usage(string sentence, params string[] arguments)
    {
        var (status, said, errors) = await RunAsync(arguments);

        status.Should().Be(2);
        said.Should().BeEmpty();
        errors.Should().StartWith($"{sentence}\nusage: ./test");
    }

    [Theory]
    [InlineData(0, "--help")]
    [InlineData(2, "--chek")]
    [InlineData(2, "--age")]
    public async Task The_demo_answers_before_it_builds(int expected, string option)
    {
        var (status, said, errors) = await RunAsync("demo", [option]);

        status.Should().Be(expected);
        (said + errors).Should().Contain("usage: ./demo").And.Contain("--kubeconfig").And.NotContain("Building");
    }

    [Fact]
    public async Task A_browser_is_wanted_by_the_tests_that_look_at_the_console_and_by_no_others()
    {
        var tests = typeof(TestScriptTests).Assembly.GetTypes().Where(t => t.IsClass && t.GetMethods().Any(m => m.IsDefined(typeof(FactAttribute), true)))
            .ToLookup(t => t.GetConstructors().Any(c => c.GetParameters().Any(p => p.ParameterType == typeof(Broker.Ui.ConsoleFixture))));

        tests[true].Should().NotBeEmpty();
        foreach (var test in tests[true])
            (await NeedBrowserAsync($"    {test.FullName}.Something\n")).Should().Be(0, test.FullName);
        (await NeedBrowserAsync(string.Concat(tests[false].Select(t => $"    {t.FullName}.Something\n")))).Should().Be(1);
    }

    private static async Task<int> NeedBrowserAsync(string tests)
    {
        var start = new ProcessStartInfo("bash", ["-c", ". tools/setup.sh; need_browser"])
        {
            WorkingDirectory = RepositoryRoot.Path,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(tests);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static Task<(int Status, string Said, string Errors)> RunAsync(params string[] arguments) => RunAsync("test", arguments);

    private static async Task<(int Status, string Said, string Errors)> RunAsync(string program, string[] arguments)
    {
        var script = Path.Combine(RepositoryRoot.Path, program);
        using var process = Process.Start(new ProcessStartInfo(script, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said, await errors);
    }
}
