using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Custom;

/// <summary>One row of the table of custom resources: where all tests hold, this is how the resource is. Pure.</summary>
/// <param name="Tests">All must hold; none always do.</param>
/// <param name="Then">How the resource is then.</param>
internal sealed record FieldRule(IReadOnlyList<FieldTest> Tests, RuleOutcome Then)
{
    private const string UsualText = "status.message";

    /// <summary>From when on it counts; infinite for never, null for the usual time.</summary>
    public TimeSpan? After { get; init; }

    /// <summary>Where the message stands; null for the condition's own, or the status' message.</summary>
    public string? TextPath { get; init; }

    /// <summary>Where the time stands since which it is so; null for the condition's own.</summary>
    public string? SincePath { get; init; }

    public IEnumerable<string> Paths =>
        Tests.SelectMany(t => t.Paths).Append(TextPath ?? UsualText).Concat(SincePath is null ? [] : [SincePath]);

    /// <summary>What the row makes of a resource; null where a test does not hold.</summary>
    public RowVerdict? Judge(CustomCase custom)
    {
        Match? first = null;
        foreach (var test in Tests)
        {
            if (test.Find(custom.Resource) is not { } match)
                return null;
            first ??= match;
        }

        // What has been absent for so long is not on its way: some controllers never write it.
        if (Then == RuleOutcome.Progressing && After is null && first is { IsAbsence: true } && !custom.IsYoung)
            return null;
        return new(Then, Verdict(custom, (first ?? new()) with { Since = TimeOf(custom.Resource) }));
    }

    private Verdict Verdict(CustomCase custom, Match match)
    {
        var text = TextOf(custom.Resource, match);
        return Then switch
        {
            RuleOutcome.Healthy => new(text, []),
            RuleOutcome.Suspended => new(text, [ResourceFinding.Suspended(custom.Resource, text)]),
            RuleOutcome.Progressing when match.IsAbsence && After is null =>
                new(text, [ResourceFinding.Progressing(custom.Resource, text)]),
            RuleOutcome.Progressing => new(text, [custom.Waiting(text, match, After)]),
            RuleOutcome.Degraded => new(text, [custom.Fault(text, match, After)]),
            _ => throw new InvalidOperationException($"{Then} is no outcome of a rule."),
        };
    }

    private DateTimeOffset? TimeOf(ProjectedObject resource) =>
        SincePath is null ? null : LenientTimeConverter.Parse(resource.Text(SincePath));

    private string TextOf(ProjectedObject resource, Match match)
    {
        if (TextPath is not null && resource.Text(TextPath) is { Length: > 0 } named)
            return named;
        if (match.Condition is { } condition)
            return ResourceFinding.TextOf(condition);
        var text = resource.Text(UsualText);
        return (match.Value, text) switch
        {
            ({ Length: > 0 } value, { Length: > 0 }) => $"{value}: {text}",
            ({ Length: > 0 } value, _) => $"It says {value}.",
            (_, { Length: > 0 }) => text,
            _ => Then == RuleOutcome.Healthy ? "It exists." : "Its status does not say more.",
        };
    }
}

/// <summary>What a row of the table makes of a resource.</summary>
internal enum RuleOutcome
{
    Healthy,
    Suspended,
    Progressing,
    Degraded,
}

/// <summary>What a row whose tests hold says.</summary>
internal sealed record RowVerdict(RuleOutcome Then, Verdict Verdict);
