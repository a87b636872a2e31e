using System.Text.Json;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>
/// Judges a HorizontalPodAutoscaler: whether it can read what it scales by, and scale. A rollout disturbs it for a while. Pure.
/// </summary>
internal static class AutoscalerRule
{
    public static readonly IReadOnlyList<string> Fields =
        [.. ConditionFields.OfStatus, "spec.scaleTargetRef.apiVersion", "spec.scaleTargetRef.kind", "spec.scaleTargetRef.name"];

    private static readonly string[] Failures = ["Fail", "Invalid", "Error", "Forbidden", "NotFound"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static Verdict Evaluate(ProjectedObject autoscaler, ResourceCase resource, RuleContext context)
    {
        var conditions = autoscaler.Conditions().ToList();
        if (conditions.Count == 0)
            conditions = OfAnnotation(autoscaler);
        var faults = conditions.FindAll(IsFault);
        if (faults.Count > 0)
        {
            var target = TargetOf(autoscaler, context);
            var changes = target?.Status.Conditions.Select(t => t.LastTransitionTime) ?? [];
            var isOnItsWay = target is not null && IsOnItsWay(target);
            return new(ResourceFinding.TextOf(faults[0]),
            [
                .. faults.Select(c => ResourceFinding.FromCondition(autoscaler, ReasonWord.Of(c),
                    isOnItsWay || IsWaiting(c) ? Severity.Progressing : Severity.Lasting, c) with
                {
                    // What a rollout brought about has its time from the end of that on.
                    Since = Starts.Latest(autoscaler, [c.LastTransitionTime, .. changes]),
                    After = Patience,
                }),
            ]);
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

    /// <summary>Not being able to scale for a reason that is no failure, such as a back-off under changing load, is no fault.</summary>
    private static bool IsWaiting(Condition condition) =>
        condition is { Type: "AbleToScale", IsFalse: true, Reason: { Length: > 0 } reason }
        && !Array.Exists(Failures, word => reason.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static Workload? TargetOf(ProjectedObject autoscaler, RuleContext context)
    {
        var (apiVersion, kind, name) = (Of("apiVersion") ?? "", Of("kind") ?? "", Of("name") ?? "");
        var id = new ResourceId(ResourceId.GroupOf(apiVersion), kind, autoscaler.Metadata.Namespace ?? "", name);
        return context.Snapshot.Find(id) as Workload;

        string? Of(string field) => autoscaler.Text($"spec.scaleTargetRef.{field}");
    }

    /// <summary>Pods that are not ready yet have no metrics, and a new revision not many.</summary>
    private static bool IsOnItsWay(Workload target)
    {
        var (wanted, status) = (target.Spec.Replicas ?? 1, target.Status);
        return target.ObservedGeneration < target.Metadata.Generation || Math.Max(status.ReadyReplicas, status.AvailableReplicas) < wanted
            || (target.Kind == "Deployment" && status.UpdatedReplicas < wanted);
    }

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
