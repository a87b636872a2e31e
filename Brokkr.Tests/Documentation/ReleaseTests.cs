using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Tests.Documentation;

/// <summary><c>./release</c>, as far as it compiles nothing, and the workflows that call it.</summary>
public sealed partial class ReleaseTests : IDisposable
{
    private const string Version = "0.1.0";

    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-release-").FullName;

    public static TheoryData<string> Workflows =>
        [.. Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, ".github", "workflows")).Select(f => Path.GetFileName(f))];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(0, "--help")]
    [InlineData(2)]
    [InlineData(2, "v1")]
    [InlineData(2, "0.1.0", "--only", "everything")]
    [InlineData(2, "0.1.0", "--colour")]
    public async Task It_tells_how_it_is_called(int expected, params string[] arguments)
    {
        var (status, said) = await RunAsync(arguments);

        status.Should().Be(expected);
        said.Should().Contain("usage: ./release VERSION").And.NotContain("==");
    }

    [Fact]
    public async Task A_version_that_the_sources_do_not_state_is_not_released()
    {
        var (status, said) = await RunAsync("9.9.9", "--output", _directory);

        status.Should().Be(1);
        said.Should().Contain("Directory.Build.props says");
        Directory.EnumerateFileSystemEntries(_directory).Should().BeEmpty();
    }

    [Fact]
    public async Task The_same_sources_give_the_same_bytes()
    {
        var (one, two) = (await BuildAsync("one"), await BuildAsync("two"));

        Directory.EnumerateFiles(one).Select(Path.GetFileName).Should().BeEquivalentTo(
            $"brokkr-agent-{Version}.tgz", $"brokkr-broker-{Version}.tgz", $"openapi-{Version}.json", $"brokkr-protos-{Version}.tar.gz",
            $"brokkr-{Version}.cdx.json", $"brokkr-agent-{Version}.cdx.json", $"brokkr-broker-{Version}.cdx.json", $"notes-{Version}.md", "SHA256SUMS");
        foreach (var file in Directory.EnumerateFiles(one))
            (await File.ReadAllBytesAsync(file)).Should().Equal(await File.ReadAllBytesAsync(Path.Combine(two, Path.GetFileName(file))), file);
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(one, "SHA256SUMS")))
        {
            var (sum, name) = (line.Split("  ")[0], line.Split("  ")[1]);
            Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(one, name)))).Should().Be(sum, name);
        }
    }

    [Fact]
    public async Task Charts_take_their_images_from_the_registry_that_is_named()
    {
        var output = await BuildAsync("images", ("BROKKR_IMAGES", "registry.example.com/brokkr"));

        Text(Path.Combine(output, $"brokkr-agent-{Version}.tgz"), "brokkr-agent/values.yaml").Should()
            .Contain("repository: registry.example.com/brokkr/brokkr-agent\n");
        Text(Path.Combine(output, $"brokkr-broker-{Version}.tgz"), "brokkr-broker/Chart.yaml").Should().Contain($"appVersion: \"{Version}\"");
        Text(Path.Combine(output, $"brokkr-protos-{Version}.tar.gz"), "./protos/brokkr/v1/health_service.proto").Should().StartWith("syntax");
    }

    [Fact]
    public async Task The_bill_of_materials_names_what_the_programs_are_made_of()
    {
        var bill = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(await BuildAsync("bill"), $"brokkr-broker-{Version}.cdx.json")))!;

        ((string)bill["bomFormat"]!).Should().Be("CycloneDX");
        bill["components"]!.AsArray().Select(c => (string)c!["purl"]!).Should().Contain(p => p.StartsWith("pkg:nuget/Npgsql@")).And.OnlyHaveUniqueItems()
            .And.NotContain(p => p.Contains("Analyzers"));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_calls_what_is_pinned_and_may_no_more_than_it_needs(string file)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, ".github", "workflows", file));
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        var workflow = (YamlMappingNode)yaml.Documents[0].RootNode;

        Uses().Matches(text).Select(m => m.Groups[1].Value).Should().NotBeEmpty().And.OnlyContain(u => Pinned().IsMatch(u));
        workflow.Children.Keys.Select(k => $"{k}").Should().Contain("permissions", "what is not named is not granted").And.Contain("on");
        workflow["permissions"].ToString().Should().NotContain("write");
        foreach (var job in ((YamlMappingNode)workflow["jobs"]).Children.Values.Cast<YamlMappingNode>())
            job.Children.Keys.Select(k => $"{k}").Should().Contain("timeout-minutes").And.Contain("runs-on");
        text.Should().NotContain("pull_request_target").And.MatchRegex(@"\./(test|release)\b").And.Contain("never run");
        Expression().Matches(string.Concat(Script().Matches(text).Select(m => m.Value))).Should().BeEmpty("values reach scripts by the environment");
    }

    private async Task<string> BuildAsync(string name, params (string, string)[] environment)
    {
        var output = Path.Combine(_directory, name);
        var (status, said) = await RunAsync([Version, "--only", "charts,contracts,sbom,notes", "--output", output], environment);
        status.Should().Be(0, said);
        return output;
    }

    private static string Text(string archive, string name)
    {
        using var tar = new TarReader(new GZipStream(File.OpenRead(archive), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name == name)
                return new StreamReader(entry.DataStream!).ReadToEnd();
        }

        throw new InvalidOperationException($"There is no {name} in {archive}.");
    }

    private static Task<(int Status, string Said)> RunAsync(params string[] arguments) => RunAsync(arguments, []);

    private static async Task<(int Status, string Said)> RunAsync(string[] arguments, (string Key, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(RepositoryRoot.Path, "release"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said + await errors);
    }

    [GeneratedRegex(@"uses: (\S+)")]
    private static partial Regex Uses();

    [GeneratedRegex("^[a-z-]+/[a-z-]+@[0-9a-f]{40}$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"(?m)^ +(?:- )?run: (?:\|\n(?: {10}.*\n)+|.*\n)")]
    private static partial Regex Script();

    [GeneratedRegex(@"\$\{\{")]
    private static partial Regex Expression();
}
