using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges a PodDisruptionBudget. One at its limit is doing its work; one that cannot be computed protects nobody. Pure.</summary>
internal static class DisruptionBudgetRule
{
    public static readonly IReadOnlyList<string> Fields =
        [.. ConditionFields.OfStatus, "status.currentHealthy", "status.desiredHealthy"];

    public static Verdict Evaluate(ProjectedObject budget, ResourceCase resource, RuleContext context)
    {
        var forbidden = budget.Conditions().Where(c => c is { Type: "DisruptionAllowed", IsFalse: true }).ToList();
        if (forbidden.Find(c => c.Reason != ConditionWord.InsufficientPods) is { } failed)
            return new(ResourceFinding.TextOf(failed),
                [ResourceFinding.FromCondition(budget, ReasonWord.Of(failed), Severity.Degraded, failed)]);
        if (forbidden is [var limit, ..])
            return new("No pod may be evicted now",
                [ResourceFinding.FromCondition(budget, ConditionWord.InsufficientPods, Severity.Shown, limit)]);
        // One without conditions says it in numbers alone.
        if (!budget.Conditions().Any() && budget.Number("status.currentHealthy") < budget.Number("status.desiredHealthy"))
            return new("Fewer pods are healthy than it asks for",
                [ResourceFinding.Progressing(budget, "Fewer pods are healthy than it asks for.")]);
        return budget.At("status").Any()
            ? new("Computed", [])
            : new("Not computed yet", [ResourceFinding.Progressing(budget, "Its controller has not computed it yet.")]);
    }
}
