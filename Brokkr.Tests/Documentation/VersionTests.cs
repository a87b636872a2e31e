using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Processes;

namespace Brokkr.Tests.Documentation;

/// <summary>The version stands in one place, and everything that shows one shows it; programs say how they are called.</summary>
public sealed class VersionTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private static readonly string Version =
        XDocument.Load(Path.Combine(RepositoryRoot.Path, "Directory.Build.props")).Descendants("Version").Single().Value;

    [Theory]
    [InlineData("brokkr-broker")]
    [InlineData("brokkr-agent")]
    public async Task A_program_says_it(string program)
    {
        var path = RunningProgram.BuiltPathOf(program);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [path, "--version"]) { RedirectStandardOutput = true })!;

        (await process.StandardOutput.ReadToEndAsync()).Should().Be(Version + "\n");
    }

    [Theory]
    [InlineData("brokkr-broker", "--help", "--new-admin-pak")]
    [InlineData("brokkr-agent", "-h", "evaluate")]
    public async Task A_program_tells_how_it_is_called(string program, string argument, string told)
    {
        var path = RunningProgram.BuiltPathOf(program);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [path, argument]) { RedirectStandardOutput = true })!;

        (await process.StandardOutput.ReadToEndAsync()).Should().StartWith(program).And.Contain(told).And.Contain("--version");
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0);
    }

    [Theory]
    [InlineData(0, "/healthz")]
    [InlineData(2, "/healthz")]
    [InlineData(2, "/readyz")]
    public async Task The_broker_tells_probes(int port, string path)
    {
        using var http = new HttpClient();

        var answer = JsonNode.Parse(await http.GetStringAsync(new Uri(broker.Urls[port], path)))!;

        answer["version"]!.GetValue<string>().Should().Be(Version);
    }

    [Fact]
    public void The_description_of_REST_bears_it() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "openapi.json")))!["info"]!["version"]!.GetValue<string>().Should()
            .Be(Version);

    [Fact]
    public async Task The_changes_of_it_are_told() =>
        (await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "CHANGELOG.md"))).Should().Contain($"\n## {Version}");
}
