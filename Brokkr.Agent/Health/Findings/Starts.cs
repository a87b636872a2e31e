using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Findings;

/// <summary>Finds when something began, from an object's own timestamps. Pure.</summary>
internal static class Starts
{
    /// <summary>
    /// The latest of the times that are not before the object's creation (a container that never started has 1970); null without any.
    /// </summary>
    public static DateTimeOffset? Latest(KubeObject o, params ReadOnlySpan<DateTimeOffset?> times)
    {
        DateTimeOffset? latest = null;
        foreach (var time in times)
        {
            if (time is { } t && !(t < o.Metadata.CreationTimestamp) && !(t <= latest))
                latest = t;
        }

        return latest;
    }

    /// <summary>
    /// When someone last wrote the object outside its status; where the object does not say, when the agent first saw this generation.
    /// </summary>
    public static DateTimeOffset? OfGeneration(KubeObject o) =>
        Latest(o, [.. o.Metadata.ManagedFields.Where(f => f.Subresource != "status").Select(f => f.Time)])
        ?? Latest(o, o.GenerationSeenAt);

    /// <summary>When someone last wrote the object's status; null where the object does not say.</summary>
    public static DateTimeOffset? OfStatus(KubeObject o) =>
        Latest(o, [.. o.Metadata.ManagedFields.Where(f => f.Subresource == "status").Select(f => f.Time)]);

    /// <summary>The times at which a pod's place changed: its creation, its last change of readiness, its end.</summary>
    public static IEnumerable<DateTimeOffset?> OfPod(Pod pod) =>
    [
        pod.Metadata.CreationTimestamp,
        pod.Status.Find("Ready")?.LastTransitionTime,
        pod.Status.Phase is "Failed" or "Succeeded" ? OfEnd(pod) : null,
    ];

    /// <summary>When a pod's last container ended.</summary>
    public static DateTimeOffset? OfEnd(Pod pod) =>
        Latest(pod, [.. pod.Status.ContainerStatuses.Concat(pod.Status.InitContainerStatuses).Select(c => c.State.Terminated?.FinishedAt)])
        ?? Latest(pod, [.. pod.Status.Conditions.Select(c => c.LastTransitionTime)])
        // A node that rejects a pod writes neither.
        ?? Latest(pod, pod.Status.StartTime, pod.Metadata.CreationTimestamp);
}
