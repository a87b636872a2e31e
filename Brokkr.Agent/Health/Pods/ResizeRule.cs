using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Pods;

/// <summary>Judges whether the resources of a running pod can become what its specification asks for. Pure.</summary>
internal static class ResizeRule
{
    private const string Pending = "PodResizePending";
    private const string InProgress = "PodResizeInProgress";

    public static IEnumerable<Finding> Evaluate(Pod pod) => pod.Status.Conditions
        .Select(c => c switch
        {
            { Type: Pending, IsTrue: true, Reason: "Infeasible" } => About(pod, c, Severity.Degraded),
            { Type: Pending, IsTrue: true, Reason: "Deferred" } => About(pod, c, Severity.Shown),
            { Type: InProgress, IsTrue: true, Reason: "Error" } => About(pod, c, Severity.Degraded),
            _ => null,
        })
        .OfType<Finding>();

    private static Finding About(Pod pod, Condition condition, Severity severity) => new(condition.Type, severity, pod.Id)
    {
        Since = Starts.Latest(pod, condition.LastTransitionTime),
        Message = condition.Message is { Length: > 0 } text ? $"{condition.Reason}: {text}" : condition.Reason!,
    };
}
