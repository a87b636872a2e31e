using Brokkr.Agent.Cluster.Snapshot;

namespace Brokkr.Agent.Health.Findings;

/// <summary>What every rule may look at, besides the object it judges.</summary>
/// <param name="Snapshot">The cluster.</param>
/// <param name="Now">The clock.</param>
/// <param name="SubmittedAt">When the revision of the deployment object was submitted.</param>
/// <param name="OomWindow">How long a container counts as OOMKilled after it was, once it is ready again.</param>
internal sealed record RuleContext(ClusterSnapshot Snapshot, DateTimeOffset Now, DateTimeOffset SubmittedAt, TimeSpan OomWindow)
{
    /// <summary>Since when shortages last, as far as it was seen.</summary>
    public SeenStarts Seen { get; init; } = new();

    /// <summary>Whether the objects are seen only once, so that nothing can be said of when a fault without a time began.</summary>
    public bool RemembersNothing { get; init; }
}
