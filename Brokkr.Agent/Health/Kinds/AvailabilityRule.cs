using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Pods;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges for how long a workload has been short of ready pods, whatever the age of the pods that it has now. Pure.</summary>
internal static class AvailabilityRule
{
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Shortage = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan InitPatience = TimeSpan.FromMinutes(15);

    /// <summary>What is unavailable from the beginning on is being rolled out for the first time.</summary>
    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(60);

    public static IEnumerable<Finding> Evaluate(
        Workload workload, AttributedResource resource, bool podsKnown, int expected, RuleContext context)
    {
        if (expected == 0)
            return [];
        return workload.Kind switch
        {
            "Deployment" => OfDeployment(workload),
            "StatefulSet" when podsKnown => OfPlaces(workload, Ordinals(workload, resource), context),
            "DaemonSet" when podsKnown => OfPlaces(workload, Nodes(workload, resource, expected, context), context),
            "ReplicaSet" or "ReplicationController" when podsKnown && !resource.Pods.Any(IsServing) =>
                OfPlaces(workload, [new("", $"None of {expected} pods is ready.", resource.Pods)], context),
            _ => [],
        };
    }

    private static IEnumerable<Finding> OfDeployment(Workload deployment)
    {
        if (deployment.Status.Find("Available") is not { IsFalse: true } available
            || available.LastTransitionTime - deployment.Metadata.CreationTimestamp < Beginning)
            yield break;
        var (have, wanted) = (deployment.Status.AvailableReplicas, deployment.Spec.Replicas ?? 1);
        yield return new(ConditionWord.MinimumReplicasUnavailable, Severity.Pending, deployment.Id)
        {
            Since = Starts.Latest(deployment, available.LastTransitionTime, Starts.OfGeneration(deployment)),
            After = Patience(deployment, have == 0 ? Outage : Shortage),
            Message = $"{have} of {wanted} replicas are available, fewer than it must have.",
        };
    }

    /// <summary>One finding, of the place that has waited longest: the others say no more.</summary>
    private static IEnumerable<Finding> OfPlaces(Workload workload, IEnumerable<UnreadyPlace> places, RuleContext context)
    {
        var (patience, writes) = (Patience(workload, Shortage), Starts.OfGeneration(workload) ?? workload.Metadata.CreationTimestamp);
        return places
            .Select(place => (place.Text, Since: context.Seen.Of(workload.Id, $"unready {place.Name}", context.Now,
                Starts.Latest(workload, [writes, .. place.Pods.SelectMany(Starts.OfPod)]))))
            .ToList()
            .Where(place => context.Now - place.Since >= patience)
            .OrderBy(place => place.Since).ThenBy(place => place.Text, StringComparer.Ordinal)
            .Take(1)
            .Select(place => new Finding(ConditionWord.ReplicaUnready, Severity.Pending, workload.Id)
            {
                Since = place.Since,
                After = patience,
                Message = place.Text,
            });
    }

    private static List<UnreadyPlace> Ordinals(Workload set, AttributedResource resource)
    {
        var byName = resource.Pods.ToLookup(p => p.Metadata.Name, StringComparer.Ordinal);
        var (first, ordered) = (set.Spec.Ordinals?.Start ?? 0, set.Spec.PodManagementPolicy != "Parallel");
        var unready = new List<UnreadyPlace>();
        for (var i = 0; i < (set.Spec.Replicas ?? 1) && !(ordered && unready.Count > 0); i++)
        {
            var name = $"{set.Metadata.Name}-{first + i}";
            if (!byName[name].Any(IsServing))
                unready.Add(new($"{first + i}", $"The pod {name} has not been ready for long.", [.. byName[name]]));
        }

        return unready;
    }

    /// <summary>
    /// The nodes whose pod is not ready. One that had none stays among them until it has, though its pod may be away for a moment.
    /// </summary>
    private static IEnumerable<UnreadyPlace> Nodes(Workload set, AttributedResource resource, int expected, RuleContext context)
    {
        const string Unready = "unready ";
        var serving = resource.Pods.Where(IsServing).Select(p => p.Spec.NodeName).ToHashSet();
        var byNode = resource.Pods.Where(p => p.Spec.NodeName is { Length: > 0 }).ToLookup(p => p.Spec.NodeName!, StringComparer.Ordinal);
        var before = context.Seen.Before(set.Id)
            .Where(p => p.StartsWith(Unready, StringComparison.Ordinal)).Select(p => p[Unready.Length..]);
        return byNode.Select(n => n.Key).Union(before)
            .Where(node => !serving.Contains(node))
            .OrderByDescending(node => byNode[node].Any(PodRule.IsLive)).ThenBy(node => node, StringComparer.Ordinal)
            .Take(Math.Max(0, expected - resource.Pods.Count(IsServing)))
            .Select(node => new UnreadyPlace(node, $"The pod on node {node} has not been ready for long.", [.. byNode[node]]));
    }

    private static TimeSpan Patience(Workload workload, TimeSpan least)
    {
        if (workload.Spec.Template?.Spec is not { } spec)
            return least;
        var asked = ProbeTime.Of(spec.Containers, spec.InitContainers, workload.Spec.MinReadySeconds)
            + (spec.InitContainers.Exists(c => c.RestartPolicy != "Always") ? InitPatience : TimeSpan.Zero);
        return asked > least ? asked : least;
    }

    private static bool IsServing(Pod pod) => PodRule.IsLive(pod) && PodRule.IsReady(pod);

    /// <summary>A place of a workload without a ready pod, and the pods that are or were there.</summary>
    private sealed record UnreadyPlace(string Name, string Text, IReadOnlyList<Pod> Pods);
}
