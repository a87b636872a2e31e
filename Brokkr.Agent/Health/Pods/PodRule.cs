using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Pods;

/// <summary>Judges one pod with its containers and the events about it. Pure.</summary>
internal static class PodRule
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>How long a pod that failed and was replaced is still shown.</summary>
    private static readonly TimeSpan ReplacedShownFor = TimeSpan.FromHours(1);

    public static IReadOnlyList<Finding> Evaluate(Pod pod, RuleContext context)
    {
        var findings = new List<Finding>();
        if (pod.Metadata.DeletionTimestamp is { } deleted)
        {
            if (context.Now - deleted >= Patience)
                findings.Add(PodDeletionRule.Stuck(pod, deleted, context.Snapshot));
            else if (PodDeletionRule.IsMissed(pod, context.Snapshot))
                AddNodeLost(pod, context, findings);
            return findings;
        }

        if (pod.Status.Phase == "Failed")
            AddFailed(pod, context, findings);
        if (IsTerminal(pod))
            return findings;

        AddNodeLost(pod, context, findings);
        findings.AddRange(ResizeRule.Evaluate(pod));
        var containers = PodContainer.Of(pod);
        foreach (var container in containers)
            findings.AddRange(ContainerRule.Evaluate(container, context));
        findings.AddRange(pod.Status.Phase is null or "Pending"
            ? PodStartRule.Evaluate(pod, containers, context)
            : PodReadyRule.Evaluate(pod, containers, context));
        return findings;
    }

    /// <summary>Whether a pod has reached its end.</summary>
    public static bool IsTerminal(Pod pod) => pod.Status.Phase is "Failed" or "Succeeded";

    /// <summary>Whether a pod counts: it has not ended and is not being deleted.</summary>
    public static bool IsLive(Pod pod) => !IsTerminal(pod) && pod.Metadata.DeletionTimestamp is null;

    public static bool IsReady(Pod pod) => pod.Status.Find("Ready") is { IsTrue: true };

    private static void AddFailed(Pod pod, RuleContext context, List<Finding> findings)
    {
        var ended = Starts.OfEnd(pod);
        var replaced = pod.Metadata.OwnerReferences.Exists(o => o.Controller);
        if (replaced && context.Now - ended >= ReplacedShownFor)
            return;
        var end = PodContainer.Of(pod).Select(c => c.State.Terminated).FirstOrDefault(t => t is not null && t.ExitCode != 0);
        var condition = pod.Status.Reason == ConditionWord.Evicted ? ConditionWord.Evicted : ConditionWord.PodFailed;
        findings.Add(new(condition, replaced ? Severity.Shown : Severity.Failing, pod.Id)
        {
            Since = ended,
            Message = pod.Status.Message
                ?? (end is null ? pod.Status.Reason : $"A container ended with exit code {end.ExitCode} ({end.Reason ?? "Error"}).")
                ?? "The pod failed and will not start again.",
            ExitCode = end?.ExitCode,
            Signal = end?.Signal,
        });
    }

    private static void AddNodeLost(Pod pod, RuleContext context, List<Finding> findings)
    {
        var nodeReady = pod.Spec.NodeName is { } node && context.Snapshot.Find(new("", "Node", "", node)) is Node found
            ? found.Status.Find("Ready")
            : null;
        var nodeIsLost = nodeReady is { IsTrue: false };
        if (!nodeIsLost && pod.Status.Phase != "Unknown" && pod.Status.Reason != ConditionWord.NodeLost)
            return;
        findings.Add(new(ConditionWord.NodeLost, Severity.Pending, pod.Id)
        {
            Since = Starts.Latest(pod, nodeIsLost
                ? nodeReady!.LastTransitionTime
                : null, pod.Status.Find("Ready") is { IsTrue: false } ready ? ready.LastTransitionTime : null),
            After = Patience,
            Message = nodeIsLost
            ? $"Its node {pod.Spec.NodeName} is not ready: {nodeReady!.Message}"
            : pod.Status.Message ?? "Its node does not answer.",
        });
    }
}
