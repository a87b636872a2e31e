using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges one resource that exists: what holds for every kind, then the rule of its kind, then its pods' number. Pure.</summary>
internal static class ResourceRule
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <param name="resource">The resource and what it owns.</param>
    /// <param name="found">The object.</param>
    /// <param name="rule">The rule of its kind.</param>
    /// <param name="podsKnown">Whether its pods could be read.</param>
    /// <param name="context">Everything else.</param>
    public static Verdict Evaluate(AttributedResource resource, KubeObject found, KindRule rule, bool podsKnown, RuleContext context)
    {
        if (found.Metadata.DeletionTimestamp is { } deleted && found is not Pod)
            return Terminating(found, deleted, rule);

        var lag = GenerationLag(found);
        var own = rule.Judge(new(resource, found, Observed: lag is null), context);
        List<Finding> findings = lag is null ? [.. own.Findings] : [lag, .. own.Findings];
        if (rule.ExpectedPods is { } expects && found is Workload workload)
            findings.AddRange(OfPods(workload, resource, expects(workload), podsKnown, findings, context));
        return own with { Findings = findings };
    }

    /// <summary>What the pods of a workload, or the lack of them, say of it.</summary>
    private static IReadOnlyList<Finding> OfPods(
        Workload workload, AttributedResource resource, int expected, bool podsKnown, IReadOnlyList<Finding> own, RuleContext context)
    {
        List<Finding?> findings = [FailedCreateRule.Evaluate(workload, resource, podsKnown, expected, context)];
        findings.AddRange(AvailabilityRule.Evaluate(workload, resource, podsKnown, expected, context));
        if (podsKnown)
        {
            findings.Add(EndingPodsRule.Evaluate(workload, resource, context));
            var progressing = own.Any(f => f.Condition == ConditionWord.Progressing) && !own.Any(f => f.IsFaultAt(context.Now));
            findings.AddRange(PodsMissingRule.Evaluate(workload, resource, expected, progressing, context));
        }

        return [.. findings.OfType<Finding>()];
    }

    private static Verdict Terminating(KubeObject found, DateTimeOffset deleted, KindRule rule)
    {
        var message = found.Metadata.Finalizers.Count > 0
            ? $"Being deleted; finalizers hold it: {string.Join(", ", found.Metadata.Finalizers)}"
            : "Being deleted";
        if (found is ProjectedObject projected && rule.DeletionText?.Invoke(projected) is { Length: > 0 } text)
            message = $"{message}; {text}";
        return new(message,
        [
            new(ConditionWord.Terminating, Severity.Pending, found.Id)
            {
                Since = deleted, After = rule.DeletionPatience, Message = message,
            },
        ]);
    }

    private static Finding? GenerationLag(KubeObject found)
    {
        var (observed, generation) = (found.ObservedGeneration, found.Metadata.Generation);
        if (observed is null && generation is not null && found is Workload { Id.Group: "apps" })
            return Lag(found, found.Metadata.CreationTimestamp, "Its controller has not looked at it yet.");
        // A workload that was put back from a copy may be behind what its status says; controllers of other kinds may leave it at that.
        return observed < generation || (observed != generation && found is Workload && observed is not null && generation is not null)
            ? Lag(found, Starts.OfGeneration(found), $"Its controller has seen generation {observed} of {generation}.")
            : null;
    }

    private static Finding Lag(KubeObject found, DateTimeOffset? since, string message) =>
        new(ConditionWord.Progressing, Severity.Pending, found.Id) { Since = since, After = Patience, Message = message };
}
