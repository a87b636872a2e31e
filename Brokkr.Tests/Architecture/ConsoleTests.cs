using System.Text.RegularExpressions;

namespace Brokkr.Tests.Architecture;

/// <summary>In the console pages read, views decide what is said, and components hold markup only.</summary>
public sealed partial class ConsoleTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "Brokkr.Broker", "Ui");

    [Fact]
    public void A_component_is_short_and_no_wider_than_a_screen()
    {
        var components = Files("*.razor");

        components.Should().HaveCountGreaterThan(40);
        components.Where(c => c.Lines.Length > 121).Select(c => c.Name).Should().BeEmpty("a component has at most 120 lines");
        components.SelectMany(c => c.Lines.Select((line, i) => (line.Length, Where: $"{c.Name}:{i + 1}"))).Where(l => l.Length > 140)
            .Select(l => l.Where).Should().BeEmpty("a line has at most 140 columns");
    }

    [Fact]
    public void A_component_asks_for_nothing_and_waits_for_nothing() => Files("*.razor").Where(c => c.Name != "Shell.razor")
        .Where(c => Doing().IsMatch(string.Join('\n', c.Lines))).Select(c => c.Name).Should().BeEmpty();

    [Fact]
    public void A_view_is_made_of_what_it_is_given_alone()
    {
        var views = Files("*View.cs");

        views.Should().HaveCountGreaterThan(15);
        views.Where(v => Impure().IsMatch(string.Join('\n', v.Lines))).Select(v => v.Name).Should().BeEmpty();
    }

    [GeneratedRegex(@"@inject\b|\basync\b|\bawait\b|Store\b|TimeProvider|OnInitialized")]
    private static partial Regex Doing();

    [GeneratedRegex(@"\basync\b|\bawait\b|Store\b|TimeProvider|HttpContext|\.(Utc)?Now\b(?!\()|Guid\.NewGuid|Environment\.")]
    private static partial Regex Impure();

    private static (string Name, string[] Lines)[] Files(string pattern) =>
    [
        .. Directory.EnumerateFiles(Folder, pattern, SearchOption.AllDirectories)
            .Select(f => (Path.GetFileName(f), File.ReadAllText(f).Split('\n'))),
    ];
}
