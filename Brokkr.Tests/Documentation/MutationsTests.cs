using System.Text.RegularExpressions;

namespace Brokkr.Tests.Documentation;

/// <summary>The guards of <c>tools/mutations.txt</c>, which a long run takes out one by one: they still stand where it looks for them.</summary>
public sealed partial class MutationsTests
{
    private static readonly string Sources = string.Join('\n', Directory
        .EnumerateFiles(Path.Combine(RepositoryRoot.Path, "Brokkr.Tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

    public static TheoryData<string> Names => [.. Blocks().Select(b => b["name"])];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_guard_stands_in_its_file_once_and_its_tests_exist(string name)
    {
        var guard = Blocks().Single(b => b["name"] == name);
        var file = File.ReadAllText(Path.Combine(RepositoryRoot.Path, guard["file"]));
        var text = guard["text"].Replace("\\n", "\n", StringComparison.Ordinal);

        file.Split(text).Should().HaveCount(2, $"{guard["file"]} holds it once: {text}");
        foreach (var test in guard["tests"].Split('|').Select(t => t[(t.IndexOf('~', StringComparison.Ordinal) + 1)..].Split('.')[^1]))
            Sources.Should().Contain(test);
    }

    private static IEnumerable<Dictionary<string, string>> Blocks() =>
        Comment().Replace(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tools", "mutations.txt")), "").Split("\n\n")
            .Where(b => b.Trim().Length > 0).Select(b => b.Trim('\n').Split('\n').Select(l => Field().Match(l))
                .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value));

    [GeneratedRegex("^#.*\n", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex("^([a-z]+): ?(.*)$")]
    private static partial Regex Field();
}
