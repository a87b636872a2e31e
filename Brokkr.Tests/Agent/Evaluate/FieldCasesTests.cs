using System.Text.Json;
using Brokkr.Agent.Evaluate;
using Brokkr.Agent.Health.Kinds;

namespace Brokkr.Tests.Agent.Evaluate;

/// <summary>Whether we say what is right of dumps that people reported, rule by rule and in words that name the cause.</summary>
public class FieldCasesTests
{
    /// <summary>How many of all must be right.</summary>
    private const int AtLeast = 26;

    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static readonly Lazy<Task<List<(FieldCase Case, string Said)>>> Misses = new(FindMissesAsync);

    private static string Folder => Path.Combine(RepositoryRoot.Path, "Brokkr.Tests", "fixtures", "field-cases");

    private static IReadOnlyList<FieldCase> Cases =>
        [.. File.ReadLines(Path.Combine(Folder, "cases.jsonl")).Select(line => JsonSerializer.Deserialize<FieldCase>(line, Names)!)];

    [Fact]
    public async Task We_say_what_is_right_of_nearly_all()
    {
        var misses = await Misses.Value;

        (Cases.Count - misses.Count).Should().BeGreaterThanOrEqualTo(AtLeast, string.Join('\n', misses.Select(m => $"{m.Case.File}: {m.Said}")));
    }

    [Fact]
    public async Task Of_kinds_of_Kubernetes_we_say_what_is_right()
    {
        var builtIn = KindRules.Kinds.Select(k => k.Kind).ToHashSet();

        (await Misses.Value).Where(m => builtIn.Contains(m.Case.Target.Split('/')[0])).Select(m => m.Case.File)
            .Should().BeEquivalentTo(["42-service-selector-mismatch.yaml"], "what a Service leads to is not looked at");
    }

    private static async Task<List<(FieldCase Case, string Said)>> FindMissesAsync()
    {
        var misses = new List<(FieldCase, string)>();
        foreach (var given in Cases)
        {
            await using var stream = File.OpenRead(Path.Combine(Folder, given.File));
            var objects = await new InputReader(new(Build.ShippedRules.Kinds)).OpenAsync(stream);
            var judged = Judgement.OfAll([.. objects!.Select(o => o.Object)], given.Now, Build.ShippedRules)
                .Single(j => $"{j.Row.Id.Kind}/{j.Row.Id.Name}" == given.Target);
            var said = $"{judged.Row.Message} {string.Join(' ', judged.Health.Findings.Select(f => f.Text))}";
            var (row, overall) = (judged.Row.Status.ToString().ToLowerInvariant(), judged.Health.Status.ToString().ToLowerInvariant());
            if (!given.Row.Contains(row) || !given.Overall.Contains(overall)
                || (given.Text.Count > 0 && !given.Text.Any(t => said.Contains(t, StringComparison.OrdinalIgnoreCase))))
                misses.Add((given, $"{row}, {overall}: {said}"));
        }

        return misses;
    }

    private sealed record FieldCase(
        string File, DateTimeOffset Now, string Target, IReadOnlyList<string> Row, IReadOnlyList<string> Overall, IReadOnlyList<string> Text);
}
