using System.Text.RegularExpressions;

namespace Brokkr.Tests.Faults;

/// <summary>
/// The list of guards that <c>./test --faults --mutate</c> takes out follows the sources: a run of hours is not to end at a text that was changed.
/// </summary>
public sealed partial class MutationListTests
{
    private static readonly List<Dictionary<string, string>> Guards =
    [
        .. File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tools", "mutations.txt")).Split("\n\n")
            .Select(block => Field().Matches(block).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value.Replace("\\n", "\n")))
            .Where(guard => guard.Count > 0),
    ];

    [Fact]
    public void Each_guard_stands_once_where_the_list_says()
    {
        Guards.Should().NotBeEmpty().And.OnlyContain(g => g.Count == 5);
        Guards.Where(g => Regex.Count(File.ReadAllText(Path.Combine(RepositoryRoot.Path, g["file"])), Regex.Escape(g["text"])) != 1)
            .Select(g => g["name"]).Should().BeEmpty();
    }

    [Fact]
    public void Each_guard_has_a_test()
    {
        var tests = typeof(MutationListTests).Assembly.GetTypes().SelectMany(t => t.GetMethods(), (t, m) => $"{t.FullName}.{m.Name}").ToList();

        Guards.SelectMany(g => g["tests"].Split('|')).Select(t => t.Replace("FullyQualifiedName~", "", StringComparison.Ordinal))
            .Where(test => !tests.Exists(t => t.Contains(test, StringComparison.Ordinal))).Should().BeEmpty();
    }

    [GeneratedRegex("^(name|file|text|without|tests): ?(.*)$", RegexOptions.Multiline)]
    private static partial Regex Field();
}
