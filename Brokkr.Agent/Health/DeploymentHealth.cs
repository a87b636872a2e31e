using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health;

/// <summary>What the rules say of one deployment object. Rows and findings are sorted, and bounded with a count of what was cut.</summary>
/// <param name="Id">The deployment object.</param>
/// <param name="Status">The worst of all findings.</param>
/// <param name="JudgedAt">The clock the rules were given.</param>
/// <param name="Pods">Its pods.</param>
/// <param name="Conditions">Reason words, distinct, in ordinal order.</param>
/// <param name="Resources">A row for each resource, those that are not ready first, and for each pod with findings.</param>
/// <param name="Findings">The facts behind the conditions, worst first.</param>
internal sealed record DeploymentHealth(
    Guid Id,
    OverallStatus Status,
    DateTimeOffset JudgedAt,
    PodCount Pods,
    IReadOnlyList<string> Conditions,
    IReadOnlyList<ResourceRow> Resources,
    IReadOnlyList<Finding> Findings)
{
    public int ResourcesOmitted { get; init; }

    public int FindingsOmitted { get; init; }

    /// <summary>The health of a deployment object while health is switched off.</summary>
    public static DeploymentHealth Disabled(Guid id, DateTimeOffset now) => new(id, OverallStatus.Unknown, now, default, [ConditionWord.HealthDisabled], [], []);

    /// <summary>The health of a deployment object whose manifests cannot be read.</summary>
    /// <param name="id">The deployment object.</param>
    /// <param name="name">Its name.</param>
    /// <param name="reason">Why, for its author.</param>
    /// <param name="submittedAt">When it was submitted.</param>
    /// <param name="now">The clock.</param>
    public static DeploymentHealth Malformed(Guid id, string name, string reason, DateTimeOffset submittedAt, DateTimeOffset now) =>
        HealthEvaluator.Summarize(id, now, default, [], [new(ConditionWord.MalformedManifest, Severity.Failing, new("", "", "", name)) { Message = reason, Since = submittedAt }]);
}

/// <summary>Pods that are ready, and pods that should be there or are.</summary>
internal readonly record struct PodCount(int Ready, int Total);

/// <summary>One resource, or one pod with findings.</summary>
internal sealed record ResourceRow(ResourceId Id, string ApiVersion, RowStatus Status, string Message)
{
    public bool IsReady => Status is RowStatus.Healthy or RowStatus.Suspended;
}
