using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>
/// Judges a HorizontalPodAutoscaler: whether it can read what it scales by, and scale. A rollout disturbs it for a while. Pure.
/// </summary>
internal static class AutoscalerRule
{
    public static readonly IReadOnlyList<string> Fields = ConditionFields.OfStatus;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static Verdict Evaluate(ProjectedObject autoscaler, ResourceCase resource, RuleContext context)
    {
        var conditions = autoscaler.Conditions().ToList();
        if (conditions.Count == 0)
            conditions = OfAnnotation(autoscaler);
        var faults = conditions.FindAll(IsFault);
        if (faults.Count > 0)
        {
            return new(ResourceFinding.TextOf(faults[0]),
                [.. faults.Select(c =>
                ResourceFinding.FromCondition(autoscaler, ReasonWord.Of(c), Severity.Lasting, c) with { After = Patience })]);
        }

        if (conditions.Find(c => c is { Type: "ScalingActive", IsFalse: true }) is { } off)
            return new(ResourceFinding.TextOf(off),
                [ResourceFinding.FromCondition(autoscaler, ConditionWord.ScalingDisabled, Severity.Shown, off)]);
        return conditions.Find(c => c.Type is "AbleToScale" or "ScalingActive") is { } able
            ? new(ResourceFinding.TextOf(able), [])
            : Young.Judge(autoscaler, context.Now, "It has not looked at its target yet.");
    }

    /// <summary>That a target was scaled to zero switches the autoscaler off on purpose.</summary>
    private static bool IsFault(Condition condition) => condition switch
    {
        { Type: "ScalingActive", IsFalse: true } => condition.Reason != ConditionWord.ScalingDisabled,
        { Type: "AbleToScale", IsFalse: true } => true,
        { Type: "AbleToScale", IsTrue: true } => condition.Reason == "FailedGetScale",
        _ => false,
    };

    private static List<Condition> OfAnnotation(ProjectedObject autoscaler)
    {
        if (!autoscaler.Metadata.Annotations.TryGetValue(OwnAnnotationsConverter.Conditions, out var json))
            return [];
        try
        {
            return JsonSerializer.Deserialize(json, ClusterJson.Default.ListCondition) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
