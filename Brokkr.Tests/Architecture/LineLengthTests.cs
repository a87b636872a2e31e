namespace Brokkr.Tests.Architecture;

/// <summary>Lines that can be read at once, on one screen beside another.</summary>
public sealed class LineLengthTests
{
    [Theory]
    [InlineData("Brokkr.Contracts", 140)]
    [InlineData("Brokkr.Agent", 140)]
    [InlineData("Brokkr.Broker", 140)]
    [InlineData("Brokkr.Cli", 140)]
    [InlineData("Brokkr.DemoCluster", 140)]
    [InlineData("Brokkr.Bench", 140)]
    [InlineData("Brokkr.Tests", 160)]
    public void No_line_is_longer_than_the_limit(string project, int columns) =>
        SourceFile.Of(project).SelectMany(f => f.Text.Split('\n').Select((line, i) => (line.Length, Where: $"{f}:{i + 1}")))
            .Where(line => line.Length > columns).Select(line => $"{line.Where} has {line.Length} columns").Should().BeEmpty();
}
