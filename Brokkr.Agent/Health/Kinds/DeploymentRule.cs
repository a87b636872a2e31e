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
        if (status.Find("Progressing") is { Reason: ConditionWord.ProgressDeadlineExceeded } exceeded)
            findings.Add(ResourceFinding.FromCondition(deployment, ConditionWord.ProgressDeadlineExceeded, Severity.Degraded, exceeded));
        if (deployment.Spec.Paused)
            findings.Add(ResourceFinding.Suspended(deployment, "Its rollout is paused."));
        if (!resource.Observed)
            return new(message, findings);
        if (status.UpdatedReplicas < wanted)
            findings.Add(ResourceFinding.Progressing(deployment, $"{status.UpdatedReplicas} of {wanted} replicas are updated."));
        else if (status.Replicas > status.UpdatedReplicas)
            findings.Add(ResourceFinding.Progressing(deployment,
                $"{status.Replicas - status.UpdatedReplicas} replicas of an older revision are still there."));
        else if (status.AvailableReplicas < wanted)
            findings.Add(ResourceFinding.Progressing(deployment, $"{status.AvailableReplicas} of {wanted} replicas are available."));
        return new(message, findings);
    }
}
