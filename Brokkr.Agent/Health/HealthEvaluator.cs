using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Kinds;
using Brokkr.Agent.Health.Pods;
using Brokkr.Agent.Targets;
using Brokkr.Contracts;

namespace Brokkr.Agent.Health;

/// <summary>Judges a deployment object: each resource, each pod, and the worst of it. Pure; the order of objects and events does not matter.</summary>
internal static class HealthEvaluator
{
    public static DeploymentHealth Evaluate(
        DeploymentTarget target, ClusterSnapshot snapshot, DateTimeOffset now, HealthRuleOptions options, int mostRows = Limits.SummaryRows,
        IReadOnlyList<Refusal>? refused = null)
    {
        var context = new RuleContext(snapshot, now, target.SubmittedAt, options);
        var attribution = Attribution.Of(target, snapshot);
        var pods = attribution.Pods.ToDictionary(p => p.Id, p => PodRule.Evaluate(p, context));
        var faulty = pods.Where(p => p.Value.Any(f => f.IsFaultAt(now))).Select(p => p.Key).ToHashSet();
        foreach (var id in faulty)
            pods[id] = [.. pods[id].Where(f => !ConditionWord.IsGeneric(f.Condition))];

        var judged = attribution.Resources.Select(r => (Resource: r, Verdict: Judge(r, context))).ToList();
        if (judged.Exists(j => !IsForbidden(j.Verdict)))
            judged = [.. judged.Select(j => (j.Resource, LeaveOutForbidden(j.Verdict)))];
        judged = [.. judged.Select(j => (j.Resource, DropProgressing(j.Verdict, j.Resource, faulty, now)))];
        judged = [.. judged.Select(j => (j.Resource, RefusalRule.Evaluate(j.Resource, j.Verdict, refused)))];
        var hidden = RefusalRule.OfOthers(judged.Select(j => j.Resource.Manifest), refused);

        var resourceIds = judged.Select(j => j.Resource.Id).ToHashSet();
        var rows = judged.Select(j => Row(j.Resource, j.Verdict, pods, now))
            .Concat(attribution.Pods.Where(p => pods[p.Id].Count > 0 && !resourceIds.Contains(p.Id)).Select(p => PodRow(p, pods[p.Id], now)));
        return Summarize(target.Id, now, Count(judged.Select(j => j.Resource)), rows, hidden.Concat(judged.SelectMany(j => j.Verdict.Findings)).Concat(pods.Values.SelectMany(f => f)), mostRows);
    }

    /// <summary>Draws the status from rows and findings, sorts them, and cuts them to what a report may hold.</summary>
    public static DeploymentHealth Summarize(
        Guid id, DateTimeOffset now, PodCount pods, IEnumerable<ResourceRow> rows, IEnumerable<Finding> findings, int mostRows = Limits.SummaryRows)
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

    private static Verdict Judge(AttributedResource resource, RuleContext context)
    {
        if (resource.Found is not { } found || AbsentRule.IsUnavailable(resource.Id, context.Snapshot))
        {
            var absent = AbsentRule.Evaluate(resource, context);
            return absent with { Findings = [.. absent.Findings, .. AbsentRule.UnreadablePods(resource.Id, context.Snapshot)] };
        }

        var verdict = ResourceRule.Evaluate(resource, found, AbsentRule.ArePodsKnown(resource.Id, context.Snapshot), context);
        return verdict with { Findings = [.. verdict.Findings, .. AbsentRule.UnreadablePods(resource.Id, context.Snapshot), .. OfClaims(resource, context)] };
    }

    /// <summary>What is wrong with the claims that a resource's pods mount.</summary>
    private static IEnumerable<Finding> OfClaims(AttributedResource resource, RuleContext context) => resource.Owned.OfType<ProjectedObject>()
        .Where(o => o is { Kind: "PersistentVolumeClaim", Metadata.DeletionTimestamp: null })
        .SelectMany(claim => ClaimRule.Evaluate(claim, context).Findings);

    /// <summary>Whether nothing is known of a resource because the agent has no right to read it.</summary>
    private static bool IsForbidden(Verdict verdict) => verdict.Findings.Count > 0 && verdict.Findings.All(f => f.Condition == ConditionWord.Forbidden);

    private static Verdict LeaveOutForbidden(Verdict verdict) => IsForbidden(verdict)
        ? verdict with { Findings = [.. verdict.Findings.Select(f => f.Object.Name.Length > 0 ? f with { Severity = Severity.LeftOut } : f)] }
        : verdict;

    /// <summary>That a workload is on its way is no news where it, or one of its pods, says what is wrong.</summary>
    private static Verdict DropProgressing(Verdict verdict, AttributedResource resource, HashSet<ResourceId> faultyPods, DateTimeOffset now) =>
        verdict.Findings.Any(f => f.IsFaultAt(now)) || resource.Pods.Any(p => faultyPods.Contains(p.Id))
            ? verdict with { Findings = [.. verdict.Findings.Where(f => f.Condition != ConditionWord.Progressing)] }
            : verdict;

    private static ResourceRow Row(AttributedResource resource, Verdict verdict, Dictionary<ResourceId, IReadOnlyList<Finding>> pods, DateTimeOffset now)
    {
        var status = verdict.Findings.Concat(resource.Pods.SelectMany(p => pods[p.Id])).Select(f => f.RowAt(now)).Append(verdict.Row).Max();
        return new(resource.Id, resource.Found is { ApiVersion.Length: > 0 } found ? found.ApiVersion : resource.Manifest.ApiVersion, status, verdict.Message);
    }

    private static ResourceRow PodRow(Pod pod, IReadOnlyList<Finding> findings, DateTimeOffset now)
    {
        var worst = findings.OrderByDescending(f => f.RowAt(now)).ThenBy(f => f.Container, StringComparer.Ordinal).ThenBy(f => f.Condition, StringComparer.Ordinal).First();
        var message = worst.Message.Length > 0 ? $"{worst.Condition}: {worst.Message}" : worst.Condition;
        return new(pod.Id, pod.ApiVersion.Length > 0 ? pod.ApiVersion : "v1", findings.Max(f => f.RowAt(now)), message);
    }

    /// <summary>Sums over the resources the larger of the expected and the live pods; a resource that another one owns is counted there.</summary>
    private static PodCount Count(IEnumerable<AttributedResource> resources)
    {
        var (ready, total) = (0, 0L);
        foreach (var resource in resources.Where(r => !r.Nested))
        {
            var live = resource.Pods.Where(PodRule.IsLive).ToList();
            ready += live.Count(PodRule.IsReady);
            total += Math.Max(Expected(resource), live.Count);
        }

        return new(ready, (int)Math.Min(total, int.MaxValue));
    }

    private static int Expected(AttributedResource resource) => resource.Found switch
    {
        null => resource.Id is { Group: "", Kind: "Pod" } ? 1 : 0,
        { Metadata.DeletionTimestamp: not null } => 0,
        var found => KindRules.For(found.Id).ExpectedPods?.Invoke(found) ?? 0,
    };
}
