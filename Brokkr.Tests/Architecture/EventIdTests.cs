using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Brokkr.Tests.Architecture;

/// <summary>An event id means one thing in all programs, and says of which feature it is.</summary>
public sealed partial class EventIdTests
{
    private static readonly LogClass[] Classes = [.. SourceFile.Programs.SelectMany(SourceFile.Of).SelectMany(Read)];

    [Fact]
    public void No_event_id_is_given_twice() =>
        Classes.SelectMany(c => c.Events.Select(e => (e.Id, Where: $"{c.Name}.{e.Method}"))).GroupBy(e => e.Id).Where(g => g.Count() > 1)
            .Select(g => $"{g.Key}: {string.Join(", ", g.Select(e => e.Where))}").Should().BeEmpty();

    [Fact]
    public void Each_class_that_logs_states_its_range_and_stays_within() =>
        Classes.SelectMany(c => c.Events.Where(e => e.Id < c.First || e.Id > c.Last).Select(e => $"{c.Name}.{e.Method}: {e.Id} is not in {c.First}-{c.Last}"))
            .Should().BeEmpty();

    [Fact]
    public void No_two_classes_share_a_range() =>
        Classes.SelectMany(c =>
            Classes.Where(other => other != c && other.First <= c.Last && c.First <= other.Last).Select(other => $"{c.Name} and {other.Name}"))
            .Should().BeEmpty();

    [Fact]
    public void The_classes_are_found() => Classes.SelectMany(c => c.Events).Should().HaveCountGreaterThan(30);

    private static IEnumerable<LogClass> Read(SourceFile file) =>
        from type in CSharpSyntaxTree.ParseText(file.Text).GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>()
        let events = type.Members.OfType<MethodDeclarationSyntax>().SelectMany(EventsOf).ToArray()
        where events.Length > 0
        let range = Range().Match(type.GetLeadingTrivia().ToFullString())
        select new LogClass($"{file}", Number(range.Groups[1]), Number(range.Groups[2]), events);

    private static IEnumerable<(int Id, string Method)> EventsOf(MethodDeclarationSyntax method) =>
        from attribute in method.AttributeLists.SelectMany(list => list.Attributes)
        where $"{attribute.Name}" == "LoggerMessage"
        let id = attribute.ArgumentList!.Arguments.Single(a => a.NameEquals?.Name.Identifier.Text == "EventId").Expression
        select ((int)((LiteralExpressionSyntax)id).Token.Value!, method.Identifier.Text);

    /// <summary>0 where no range is stated: no id lies in it.</summary>
    private static int Number(Group digits) => digits.Success ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"Event ids? (\d+)-(\d+)")]
    private static partial Regex Range();

    private sealed record LogClass(string Name, int First, int Last, (int Id, string Method)[] Events);
}
