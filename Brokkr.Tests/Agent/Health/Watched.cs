using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health;

/// <summary>
/// A cluster that goes through a story, judged again and again by an agent that remembers, and that may be restarted. Minutes count from the start.
/// </summary>
internal static class Watched
{
    /// <summary>The statuses that differ from the one before, the first included, each with its minute.</summary>
    /// <param name="first">What the manifests name.</param>
    /// <param name="story">The objects and events of a minute.</param>
    /// <param name="from">The first minute.</param>
    /// <param name="to">The last minute.</param>
    /// <param name="restarts">After how many minutes the agent forgets what it saw.</param>
    public static IReadOnlyList<(double Minute, OverallStatus Status)> Changes(
        KubeObject first, Func<double, IEnumerable<KubeObject>> story, double from, double to, double restarts = double.MaxValue)
    {
        var (changes, target, seen, forgetsAt) = (new List<(double, OverallStatus)>(), ATarget(first), default(SeenStarts), from + restarts);
        for (var second = (int)(from * 60); second <= to * 60; second++)
        {
            var minute = second / 60.0;
            if (minute >= forgetsAt)
                (seen, forgetsAt) = (null, minute + restarts);
            var things = story(minute).ToList();
            var snapshot = new ClusterSnapshot(things.Where(o => o is not KubeEvent), things.OfType<KubeEvent>());
            var health = ShippedRules.Evaluate(new(target, null), [], snapshot, At(minute), before: seen);
            seen = health.Seen;
            if (changes.Count == 0 || changes[^1].Item2 != health.Status)
                changes.Add((minute, health.Status));
        }

        return changes;
    }

    /// <summary>A pod from one minute on, ready from another on.</summary>
    public static Pod APodOf(string name, string owner, double created, double? readyAt, double now, string? node = null)
    {
        var pod = APod(name, owner, ready: now >= readyAt);
        pod.Spec.NodeName = node;
        pod.Metadata.CreationTimestamp = At(created);
        var changed = now >= readyAt ? readyAt.Value : created;
        foreach (var condition in pod.Status.Conditions)
            condition.LastTransitionTime = At(condition.Type == "Ready" ? changed : created);
        pod.Status.ContainerStatuses[0].State = Running(created + 0.1);
        return pod;
    }

    /// <summary>A pod that its node has rejected or thrown out.</summary>
    public static Pod AnEndedPod(string name, string owner, double created, double ended, string reason)
    {
        var pod = APodOf(name, owner, created, null, created);
        (pod.Status.Phase, pod.Status.Reason, pod.Status.Message) = ("Failed", reason, "The node was low on memory.");
        pod.Status.ContainerStatuses[0].State = Ended(137, created, ended);
        return pod;
    }

    public static Workload WithStatus(this Workload workload, int ready, string? available = null, double since = 0)
    {
        (workload.Status.ReadyReplicas, workload.Status.AvailableReplicas) = (ready, ready);
        if (available is not null)
            workload.Status.Conditions = [ACondition("Available", available, "MinimumReplicasUnavailable", since)];
        return workload;
    }
}
