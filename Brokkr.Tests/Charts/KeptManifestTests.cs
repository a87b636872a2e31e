namespace Brokkr.Tests.Charts;

/// <summary>What the charts render, letter by letter: a change of a template shows what it changes. BROKKR_WRITE_KEPT=1 writes the files anew.</summary>
public sealed class KeptManifestTests
{
    /// <summary>Whether the tests write what is kept instead of comparing it.</summary>
    internal static bool Writes => Environment.GetEnvironmentVariable("BROKKR_WRITE_KEPT") == "1";

    public static TheoryData<string, string> Cases => ChartCase.Names(ChartCase.Kept);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_chart_renders_what_is_kept(string chart, string name)
    {
        var rendered = await ChartRenderer.RenderAsync(ChartCase.Find(chart, name));
        rendered.Error.Should().BeEmpty();
        var text = string.Concat(rendered.Files.Select(f => $"# {f.Key}\n{f.Value.Trim('\n')}\n\n"));
        var file = Path.Combine(RepositoryRoot.Path, "Brokkr.Tests", "Charts", "kept", chart, $"{name}.yaml");
        if (Writes)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text);
        }

        File.Exists(file).Should().BeTrue($"BROKKR_WRITE_KEPT=1 writes {file}");
        text.Should().Be(await File.ReadAllTextAsync(file), "a change that is meant is written with BROKKR_WRITE_KEPT=1, and looked at");
    }
}
