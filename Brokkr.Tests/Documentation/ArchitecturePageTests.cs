using System.Text.RegularExpressions;

namespace Brokkr.Tests.Documentation;

/// <summary>docs/architecture.md names every folder of both programs, and nothing that is not there.</summary>
public sealed partial class ArchitecturePageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "architecture.md"));

    [Theory]
    [InlineData("Brokkr.Agent")]
    [InlineData("Brokkr.Broker")]
    [InlineData("Brokkr.Cli")]
    public void Every_folder_has_its_line(string project) => Folders(project).Should().NotBeEmpty().And.BeSubsetOf(Named());

    [Fact]
    public void Every_folder_and_file_that_is_named_exists() => Named()
        .Where(place => !Directory.Exists(Path.Combine(RepositoryRoot.Path, place)) && !File.Exists(Path.Combine(RepositoryRoot.Path, place)))
        .Should().BeEmpty();

    [Fact]
    public void Every_type_on_the_four_ways_exists()
    {
        var files = new[] { "Brokkr.Agent", "Brokkr.Broker", "Brokkr.Contracts" }
            .SelectMany(p => Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, p), "*.cs", SearchOption.AllDirectories))
            .Select(f => f.Replace('\\', '/')).ToList();

        Steps().Where(step => !files.Exists(f => f.EndsWith($"/{step}.cs", StringComparison.Ordinal) || f.EndsWith($".{step}.cs", StringComparison.Ordinal)))
            .Should().BeEmpty();
        Steps().Should().HaveCountGreaterThan(40);
    }

    private static HashSet<string> Named() => [.. Place().Matches(Page).Select(m => m.Groups[1].Value)];

    /// <summary>What a step names as <c>Folder/Type</c>, below whichever project has it.</summary>
    private static IEnumerable<string> Steps() => Step().Matches(Page).Select(m => m.Groups[1].Value).Where(s => !s.EndsWith(".md", StringComparison.Ordinal))
        .Where(s => !Directory.Exists(Path.Combine(RepositoryRoot.Path, "Brokkr.Agent", s))).Distinct();

    private static IEnumerable<string> Folders(string project) => Directory
        .EnumerateFiles(Path.Combine(RepositoryRoot.Path, project), "*.cs", SearchOption.AllDirectories)
        .Select(f => Path.GetDirectoryName(Path.GetRelativePath(RepositoryRoot.Path, f))!.Replace('\\', '/'))
        .Where(f => f != project && !f.StartsWith($"{project}/obj", StringComparison.Ordinal) && !f.StartsWith($"{project}/bin", StringComparison.Ordinal))
        .Distinct();

    [GeneratedRegex("`(Brokkr\\.[A-Za-z]+(?:/[A-Za-z.-]+)+)`")]
    private static partial Regex Place();

    [GeneratedRegex("`([A-Z][A-Za-z]+(?:/[A-Z][A-Za-z]+)+)`")]
    private static partial Regex Step();
}
