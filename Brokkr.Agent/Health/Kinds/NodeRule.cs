using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges a node that manifests name: whether it is ready, and whether it runs short of something. Pure.</summary>
internal static class NodeRule
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Verdict Evaluate(ResourceCase resource, RuleContext context)
    {
        if (resource.Object is not Node node)
            return ExistsRule.Evaluate(resource, context);
        var faults = node.Status.Conditions
            .Where(c => c.Type == "Ready" ? !c.IsTrue : c.IsTrue && c.Type.EndsWith("Pressure", StringComparison.Ordinal))
            .Select(c => ResourceFinding.FromCondition(node, c.Type == "Ready" ? ConditionWord.NotReady : c.Type, Severity.Pending, c) with
            {
                After = Patience,
            })
            .ToList();
        return new(faults is [var first, ..] ? first.Message : "Ready", faults);
    }
}
