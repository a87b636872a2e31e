namespace Brokkr.Tests.Processes;

/// <summary>
/// The published agent is another program than the one that was built: it must say the same. <c>./test --native</c> publishes it and names it.
/// </summary>
[Trait("Category", "Native")]
public sealed class PublishedAgentTests : IDisposable
{
    private readonly string _objects = Path.GetTempFileName();

    [Fact]
    public async Task It_judges_the_recorded_cluster_as_the_built_one_does() => await AgreeAsync(
        [.. Directory.GetFiles(Path.Combine(RepositoryRoot.Fixtures, "recorded", "objects"), "*.json").Order(StringComparer.Ordinal)
        .SelectMany(f => new[] { "-f", f })]);

    [Fact]
    public async Task It_judges_custom_resources_as_the_built_one_does()
    {
        await File.WriteAllLinesAsync(_objects, File.ReadLines(Path.Combine(RepositoryRoot.Path, "Brokkr.Tests", "fixtures", "peer-cases", "peers.jsonl"))
            .Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["object"]!.ToJsonString()));

        // Not all of them hold a time: of those the newest would be the present one.
        await AgreeAtAsync("2026-10-01T12:00:00Z", "-f", _objects, "--each");
    }

    [Fact]
    public async Task It_reads_manifests_as_the_built_one_does() => await AgreeAsync(
        [.. Directory.GetFiles(Path.Combine(RepositoryRoot.Fixtures, "scenarios"), "*.yaml").Order(StringComparer.Ordinal).SelectMany(f => new[] { "-f", f })]);

    public void Dispose() => File.Delete(_objects);

    private static Task AgreeAsync(params string[] arguments) => AgreeAtAsync("latest", arguments);

    private static async Task AgreeAtAsync(string now, params string[] arguments)
    {
        var published = RunningProgram.PublishedAgent
            ?? throw new InvalidOperationException("BROKKR_TEST_PUBLISHED_AGENT names no agent: run ./test --native.");
        string[] evaluate = ["evaluate", .. arguments, "--now", now, "-o", "json"];

        var expected = await SaidAsync("dotnet", [RunningProgram.BuiltPathOf("brokkr-agent"), .. evaluate]);
        var said = await SaidAsync(published, evaluate);

        expected.Should().Contain("\"status\"");
        said.Should().Be(expected);
    }

    private static async Task<string> SaidAsync(string program, string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, await error);
        return output;
    }
}
