using Brokkr.Broker.Fleet;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>What differs between two manifests, however large they are.</summary>
public sealed class ManifestDiffTests
{
    [Fact]
    public void Beyond_thousands_of_lines_that_differ_all_of_it_is_one_place()
    {
        var lines = Enumerable.Range(0, 12_000).Select(i => $"#{i}").ToList();
        var (before, yaml) = (Of(["a: 1", .. lines, "b: 2"]), Of(["a: 1", .. Enumerable.Reverse(lines), "b: 2"]));

        var diff = ManifestDiff.Of(before, yaml);

        // Line by line one of them would have stayed.
        (diff.Added, diff.Removed).Should().Be((12_000, 12_000));
        var hunk = diff.Hunks.Should().ContainSingle().Subject;
        (hunk.BaseLine, hunk.Line, hunk.Lines.Count).Should().Be((1, 1, 24_000 + 1 + 2));
    }

    [Fact]
    public void One_line_among_many_is_one_line()
    {
        var lines = Enumerable.Range(0, 50_000).Select(i => $"#{i}").ToList();

        var diff = ManifestDiff.Of(Of(lines), Of([.. lines[..30_000], "# new", .. lines[30_000..]]));

        (diff.Added, diff.Removed, diff.Hunks.Single().Lines.Count).Should().Be((1, 0, 7));
    }

    [Theory]
    [InlineData("", "a: 1\n", 2, 0)]
    [InlineData("a: 1\n", "", 0, 2)]
    [InlineData("", "", 0, 0)]
    [InlineData("a: 1\n", "a: 1\n", 0, 0)]
    [InlineData("a\na\na\n", "a\na\n", 0, 1)]
    public void What_is_empty_or_the_same_has_its_lines(string before, string yaml, int added, int removed)
    {
        var diff = ManifestDiff.Of(before, yaml);

        (diff.Added, diff.Removed).Should().Be((added, removed));
    }

    private static string Of(IEnumerable<string> lines) => string.Join('\n', lines) + "\n";
}
