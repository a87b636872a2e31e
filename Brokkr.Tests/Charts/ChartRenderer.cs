using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Brokkr.Tests.Charts;

/// <summary>Renders charts with tools/chart-render, which is built once for all tests.</summary>
internal static class ChartRenderer
{
    private static readonly Lazy<Task<string>> Program = new(BuildAsync);

    public static async Task<RenderedChart> RenderAsync(ChartCase given) => (await RenderAsync([given]))[0];

    /// <summary>Renders many at once, which costs little more than one.</summary>
    public static async Task<IReadOnlyList<RenderedChart>> RenderAsync(IReadOnlyList<ChartCase> given)
    {
        var requests = given.Select(c => new { chart = DirectoryOf(c.Chart), release = c.Release, @namespace = c.Namespace, values = c.Values });
        var answers = JsonNode.Parse(await RunAsync(await Program.Value, [], JsonSerializer.Serialize(requests)))!.AsArray();
        return [.. answers.Select((a, i) => RenderedChart.Of(given[i], a!.AsObject()))];
    }

    /// <summary>The values of a chart with others laid over them, whether or not it can be rendered.</summary>
    public static async Task<JsonObject> ValuesAsync(string chart, string values) => (await RenderAsync(new ChartCase(chart, "values", values))).Values;

    public static string DirectoryOf(string chart) => Path.Combine(RepositoryRoot.Path, "charts", chart);

    private static async Task<string> BuildAsync()
    {
        var (source, program) = (Path.Combine(RepositoryRoot.Path, "tools", "chart-render"), Path.Combine(AppContext.BaseDirectory, "chart-render"));
        try
        {
            await RunAsync("go", ["build", "-o", program, "."], "", source, ("GO111MODULE", "off"), ("GOPATH", "/usr/share/gocode"), ("GOFLAGS", ""));
            return program;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException("Go is needed to render the charts: ./test installs it where it can (on Debian: apt-get install golang-go "
                + "golang-github-masterminds-sprig-dev golang-k8s-sigs-yaml-dev).");
        }
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string input, string? directory = null,
        params (string, string)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? AppContext.BaseDirectory,
        };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await said : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {await complained}");
    }
}
