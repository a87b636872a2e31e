using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Custom;

/// <summary>One row of the table of custom resources: where all tests hold, this is how the resource is. Pure.</summary>
/// <param name="Tests">All must hold; none always do.</param>
/// <param name="Then">How the resource is then.</param>
/// <param name="After">From when on it counts; null for never.</param>
/// <param name="TextPath">Where the message stands; null for the condition's own, or the status' message.</param>
internal sealed record FieldRule(IReadOnlyList<FieldTest> Tests, RuleOutcome Then, TimeSpan? After, string? TextPath)
{
    private const string UsualText = "status.message";

    public IEnumerable<string> Paths => Tests.SelectMany(t => t.Paths).Append(TextPath ?? UsualText);

    public Verdict? Judge(ProjectedObject resource)
    {
        Match? first = null;
        foreach (var test in Tests)
        {
            if (test.Find(resource) is not { } match)
                return null;
            first ??= match;
        }

        return Verdict(resource, first ?? new());
    }

    private Verdict Verdict(ProjectedObject resource, Match match)
    {
        var text = TextOf(resource, match);
        return Then switch
        {
            RuleOutcome.Healthy => new(text, []),
            RuleOutcome.Suspended => new(text, [ResourceFinding.Suspended(resource, text)]),
            RuleOutcome.Progressing => new(text, [CustomFinding.Waiting(resource, text, match.Condition, After)]),
            RuleOutcome.Degraded => new(text, [CustomFinding.Fault(resource, text, match, After)]),
            _ => throw new InvalidOperationException($"{Then} is no outcome of a rule."),
        };
    }

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
