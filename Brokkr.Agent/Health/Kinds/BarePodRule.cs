using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Says of a pod that the manifests name how it is; the rules of pods finds what is wrong with it. Pure.</summary>
internal static class BarePodRule
{
    public static Verdict Evaluate(ResourceCase resource, RuleContext context)
    {
        if (resource.Object is not Pod pod)
            return ExistsRule.Evaluate(resource, context);
        if (pod.Status.Phase == "Succeeded")
            return new("Succeeded", []);
        var containers = pod.Status.ContainerStatuses;
        var ready = $"{containers.Count(c => c.Ready)}/{Math.Max(containers.Count, pod.Spec.Containers.Count)} containers ready";
        return pod.Metadata.DeletionTimestamp is null
            ? new($"{pod.Status.Phase ?? "Pending"}, {ready}",
                IsHook(pod) ? [ResourceFinding.Progressing(pod, "It is a hook and has not ended yet.")] : [])
            : new($"Being deleted, {ready}", []) { Row = RowStatus.Progressing };
    }

    /// <summary>A hook is there to end, and what follows waits for that; one that is started again for ever is no such thing.</summary>
    private static bool IsHook(Pod pod) => pod.Spec.RestartPolicy is "Never" or "OnFailure"
        && OwnAnnotationsConverter.Hooks.Any(pod.Metadata.Annotations.ContainsKey);

    public static int ExpectedPods(KubeObject o) => o is Pod { Status.Phase: "Succeeded" } || o.Metadata.DeletionTimestamp is not null
        ? 0
        : 1;
}
