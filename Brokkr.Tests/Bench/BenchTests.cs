using System.Text.Json.Nodes;
using Brokkr.Tests.Processes;

namespace Brokkr.Tests.Bench;

/// <summary>Each part of the benchmark does what it says, very small. What it measures so is not looked at.</summary>
public sealed class BenchTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-bench-").FullName;

    [Theory]
    [InlineData("ingest", "rows/s, share of pgbench's")]
    [InlineData("fleet", "memory of the broker")]
    [InlineData("queries", "condition=Stale")]
    [InlineData("console", "first contentful paint, p50")]
    [InlineData("queue", "handed out twice")]
    [InlineData("alerts", "a look, p95")]
    [InlineData("scale", "everywhere: submit")]
    [InlineData("micro", "projection: read a pod from JSON")]
    [InlineData("command", "size of the executable")]
    [InlineData("agent", "change to report at the broker, p95")]
    public async Task A_part_measures_without_an_error_and_writes_its_figures(string part, string figure)
    {
        var (json, page) = (Path.Combine(_directory, "figures.json"), Path.Combine(_directory, "page.md"));
        await File.WriteAllTextAsync(page, $"Before.\n<!-- bench:{part} -->\nOld figures.\n<!-- /bench:{part} -->\nAfter.\n");
        await using var bench =
            RunningProgram.Start("brokkr-bench", [part, "--seconds", "0.3", "--scale", "0.002", "--pods", "200", "--json", json, "--page", page]);

        (await bench.ExitCodeAsync()).Should().Be(0, bench.Said);

        var figures = JsonNode.Parse(await File.ReadAllTextAsync(json))!["figures"]!.AsArray();
        figures.Should().OnlyContain(f => (string)f!["part"]! == part).And.Contain(f => (string)f!["name"]! == figure);
        figures.Should().NotContain(f => (string?)f!["target"] == "≤ 0" && !(bool)f["met"]!, "nothing may go wrong, however small");
        (await File.ReadAllTextAsync(page)).Should().StartWith("Before.\n").And.EndWith("After.\n").And.NotContain("Old figures").And.Contain($"| {figure}");
    }

    [Fact]
    public async Task A_wrong_argument_is_named()
    {
        await using var bench = RunningProgram.Start("brokkr-bench", ["queue", "--second", "3"]);

        (await bench.ExitCodeAsync()).Should().Be(2);
        bench.Said.Should().StartWith("--second is not understood").And.Contain("usage: ./bench [ingest|");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
