using System.Diagnostics;
using System.Formats.Tar;
using System.Reflection;
using System.Text.Json.Nodes;
using Brokkr.Tests.Charts;

namespace Brokkr.Tests.Images;

/// <summary>The images that <c>dotnet publish /t:PublishContainer</c> makes are those that the charts run.</summary>
public sealed class ImageTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-image-").FullName;

    [Theory]
    [InlineData("Brokkr.Broker", "linux-x64", "amd64", "dotnet /app/brokkr-broker.dll")]
    [InlineData("Brokkr.Broker", "linux-arm64", "arm64", "dotnet /app/brokkr-broker.dll")]
    [InlineData("Brokkr.Agent", "linux-x64", "amd64", "dotnet /app/brokkr-agent.dll", "-p:PublishAot=false")]
    public async Task An_image_is_what_its_chart_asks_for(string project, string runtime, string architecture, string program, params string[] arguments)
    {
        await using var registry = await BaseImages.StartAsync();
        var archive = Path.Combine(_directory, "image.tar");
        // What was built for these tests is packed as it is.
        var configuration = typeof(ImageTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        await RunAsync(["publish", project, "--no-build", "--configuration", configuration, "/t:PublishContainer", $"-p:ContainerRuntimeIdentifier={runtime}",
            $"-p:ContainerBaseImage={registry.Name}", $"-p:ContainerArchiveOutputPath={archive}", $"-p:PublishDir={_directory}/out/", .. arguments]);

        var files = Unpacked(archive);
        var image = JsonNode.Parse(files["manifest.json"])![0]!;
        var config = JsonNode.Parse(files[(string)image["Config"]!])!;

        var chart = await ChartRenderer.RenderAsync(ChartCase.Find(project == "Brokkr.Broker" ? ChartCase.BrokerChart : ChartCase.AgentChart, "minimal"));
        ((string)config["architecture"]!, (string)config["os"]!).Should().Be((architecture, "linux"));
        image["RepoTags"].Items().Select(t => (string)t!).Should().Equal((string)chart.Container["image"]!);
        ((string)config.At("config.User")!).Should()
            .Be($"{chart.Pod.At("spec.securityContext.runAsUser")}", "Kubernetes takes a number only as not being root");
        string.Join(' ', config.At("config.Entrypoint").Items().Select(e => (string)e!)).Should().Be(program, "arguments are added to it");
        config.At("config.ExposedPorts")!.AsObject().Select(p => p.Key).Should()
            .Contain(chart.Container["ports"].Items().Select(p => $"{p["containerPort"]}/tcp"));
        ((string)config["config"]!["Labels"]!["org.opencontainers.image.version"]!).Should().Be(chart.Container["image"]!.ToString().Split(':')[1]);
    }

    [Theory]
    [InlineData("Brokkr.Broker", "aspnet")]
    [InlineData("Brokkr.Agent", "runtime-deps")]
    [InlineData("Brokkr.DemoCluster", "aspnet")]
    public async Task The_base_is_a_chiseled_image_that_holds_no_more_than_the_program_needs(string project, string holds)
    {
        foreach (var runtime in (string[])["linux-x64", "linux-arm64"])
        {
            var said = await RunAsync(["msbuild", project, "-nologo", "-t:ComputeContainerBaseImage", "-p:Configuration=Release", "-p:_IsPublishing=true",
                $"-p:RuntimeIdentifier={runtime}", "-getProperty:ContainerBaseImage"]);

            said.Trim().Should().MatchRegex($"/dotnet/{holds}:10\\.0-noble-chiseled$");
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static Dictionary<string, string> Unpacked(string archive)
    {
        var files = new Dictionary<string, string>();
        using var tar = new TarReader(File.OpenRead(archive));
        while (tar.GetNextEntry() is { } entry)
        {
            if (!entry.Name.EndsWith(".json", StringComparison.Ordinal) || entry.DataStream is null)
                continue;
            using var text = new StreamReader(entry.DataStream);
            files[entry.Name] = text.ReadToEnd();
        }

        return files;
    }

    private static async Task<string> RunAsync(string[] arguments)
    {
        var start =
            new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = RepositoryRoot.Path };
        // The test run is a build of its own and tells its children so.
        foreach (var key in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(key);
        // No process outlives the test.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, $"{await said}{await complained}");
        return await said;
    }
}
