using Brokkr.Agent.Health.Findings;
using Brokkr.Contracts;

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

    /// <summary>What the next judgement is to be given.</summary>
    public SeenStarts? Seen { get; init; }

    /// <summary>Draws the status from rows and findings, sorts them, and cuts them to what a report may hold.</summary>
    public static DeploymentHealth Of(
        Guid id, DateTimeOffset now, PodCount pods, IEnumerable<ResourceRow> rows, IEnumerable<Finding> findings,
        int mostRows = Limits.SummaryRows)
    {
        var sortedRows = rows
            .OrderBy(r => r.IsReady)
            .ThenBy(r => r.Id.Kind, StringComparer.Ordinal)
            .ThenBy(r => r.Id.Name, StringComparer.Ordinal)
            .ThenBy(r => r.Id.Namespace, StringComparer.Ordinal)
            .ThenBy(r => r.Id.Group, StringComparer.Ordinal)
            .ToList();
        var sortedFindings = findings.Distinct()
            .OrderByDescending(f => f.OverallAt(now))
            .ThenByDescending(f => f.RowAt(now))
            .ThenBy(f => f.Object.Kind, StringComparer.Ordinal)
            .ThenBy(f => f.Object.Name, StringComparer.Ordinal)
            .ThenBy(f => f.Object.Namespace, StringComparer.Ordinal)
            .ThenBy(f => f.Container, StringComparer.Ordinal)
            .ThenBy(f => f.Condition, StringComparer.Ordinal)
            .ThenBy(f => f.Message, StringComparer.Ordinal)
            .ToList();
        return new(
            id,
            sortedFindings.Select(f => f.OverallAt(now)).DefaultIfEmpty().Max(),
            now,
            pods,
            [.. sortedFindings.Select(f => f.Condition).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            [.. sortedRows.Take(mostRows)],
            [.. sortedFindings.Take(mostRows)])
        {
            ResourcesOmitted = Math.Max(0, sortedRows.Count - mostRows),
            FindingsOmitted = Math.Max(0, sortedFindings.Count - mostRows),
        };
    }

    /// <summary>The health of a deployment object while health is switched off.</summary>
    public static DeploymentHealth Disabled(Guid id, DateTimeOffset now) =>
        new(id, OverallStatus.Unknown, now, default, [ConditionWord.HealthDisabled], [], []);

    /// <summary>The health of a deployment object whose manifests cannot be read.</summary>
    /// <param name="id">The deployment object.</param>
    /// <param name="name">Its name.</param>
    /// <param name="reason">Why, for its author.</param>
    /// <param name="submittedAt">When it was submitted.</param>
    /// <param name="now">The clock.</param>
    public static DeploymentHealth Malformed(Guid id, string name, string reason, DateTimeOffset submittedAt, DateTimeOffset now) =>
        Of(id, now, default, [],
            [new(ConditionWord.MalformedManifest, Severity.Failing, new("", "", "", name)) { Message = reason, Since = submittedAt }]);
}
