using Brokkr.Agent.Cluster.Snapshot;

namespace Brokkr.Agent.Health.Findings;

/// <summary>What every rule may look at, besides the object it judges.</summary>
/// <param name="Snapshot">The cluster.</param>
/// <param name="Now">The clock.</param>
/// <param name="SubmittedAt">When the revision of the deployment object was submitted.</param>
/// <param name="Options">What the operator set.</param>
internal sealed record RuleContext(ClusterSnapshot Snapshot, DateTimeOffset Now, DateTimeOffset SubmittedAt, HealthRuleOptions Options);

/// <summary>What a rule says of a resource: a sentence with the numbers, and what it found.</summary>
internal sealed record Verdict(string Message, IReadOnlyList<Finding> Findings)
{
    /// <summary>The status of its row where no finding says worse.</summary>
    public RowStatus Row { get; init; } = RowStatus.Healthy;
}
