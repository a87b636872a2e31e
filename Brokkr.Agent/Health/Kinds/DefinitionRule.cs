using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges a CustomResourceDefinition: whether its names are free and its kind is served. Pure.</summary>
internal static class DefinitionRule
{
    public static readonly IReadOnlyList<string> Fields = ConditionFields.OfStatus;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Verdict Evaluate(ProjectedObject definition, ResourceCase resource, RuleContext context)
    {
        var (names, established) = (definition.Find("NamesAccepted"), definition.Find("Established"));
        if (names is { IsFalse: true })
            return new(ResourceFinding.TextOf(names),
                [ResourceFinding.FromCondition(definition, ConditionWord.NamesNotAccepted, Severity.Degraded, names)]);
        if (definition.Find(ConditionWord.NonStructuralSchema) is { IsTrue: true } schema)
            return new(ResourceFinding.TextOf(schema),
                [ResourceFinding.FromCondition(definition, ConditionWord.NonStructuralSchema, Severity.Degraded, schema)]);
        if (established is { IsTrue: true })
            return new("Established", []);
        if (established is { IsFalse: true } && established.Reason != "Installing")
            return new(ResourceFinding.TextOf(established),
                [ResourceFinding.FromCondition(definition, ConditionWord.NotEstablished, Severity.Degraded, established)]);
        return new("Not established yet",
        [
            new(ConditionWord.NotEstablished, Severity.Pending, definition.Id)
            {
                Since = Starts.Latest(definition, established?.LastTransitionTime, definition.Metadata.CreationTimestamp),
                After = Patience,
                Message = established?.Message ?? "The API server has not looked at it yet.",
            },
        ]);
    }
}
