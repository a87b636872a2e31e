using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges a Deployment by its own status. Pure.</summary>
internal static class DeploymentRule
{
    public static Verdict Evaluate(Workload deployment, ResourceCase resource)
    {
        var (wanted, status) = (deployment.Spec.Replicas ?? 1, deployment.Status);
        var message = $"{status.AvailableReplicas}/{wanted} replicas available";
        var findings = new List<Finding>();
        // A pause sets it to Unknown; whatever its controller calls False is a rollout that it has given up or cannot begin.
        if (status.Find("Progressing") is { } progress && (progress.IsFalse || progress.Reason == ConditionWord.ProgressDeadlineExceeded))
            findings.Add(ResourceFinding.FromCondition(deployment, ReasonWord.Of(progress), Severity.Degraded, progress));
        if (deployment.Spec.Paused)
            findings.Add(ResourceFinding.Suspended(deployment, "Its rollout is paused."));
        if (resource.Observed && Unfinished(deployment, wanted) is { } text)
            findings.Add(ResourceFinding.Progressing(deployment, text));
        return new(message, findings);
    }

    private static string? Unfinished(Workload deployment, int wanted)
    {
        var status = deployment.Status;
        if (status.UpdatedReplicas < wanted)
            return $"{status.UpdatedReplicas} of {wanted} replicas are updated.";
        if (status.Replicas > status.UpdatedReplicas)
            return $"{status.Replicas - status.UpdatedReplicas} replicas of an older revision are still there.";
        return status.AvailableReplicas < wanted ? $"{status.AvailableReplicas} of {wanted} replicas are available." : null;
    }
}
