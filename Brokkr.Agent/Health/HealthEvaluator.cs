using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health.Custom;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Health.Kinds;
using Brokkr.Agent.Health.Pods;
using Brokkr.Agent.Targets;
using Brokkr.Contracts;

namespace Brokkr.Agent.Health;

/// <summary>
/// Judges a deployment object: each resource, each pod, and the worst of it. Pure; the order of objects and events does not matter.
/// </summary>
/// <param name="options">What the operator set.</param>
/// <exception cref="Contracts.Configuration.ConfigurationException">The operator's rules cannot be used.</exception>
internal sealed class HealthEvaluator(HealthOptions options)
{
    private readonly TimeSpan _oomWindow = TimeSpan.FromMinutes(options.OomWindowMinutes);

    /// <inheritdoc cref="RuleContext.RemembersNothing"/>
    public bool RemembersNothing { get; init; }

    /// <summary>What is kept of which kind, and how it is judged.</summary>
    public KindTable Kinds { get; } = new(options.RulesFile.Length > 0 ? RuleBook.Load(options.RulesFile) : RuleBook.Shipped);

    /// <param name="assignment">The deployment object.</param>
    /// <param name="refused">What of it was refused when it was last applied.</param>
    /// <param name="snapshot">The cluster.</param>
    /// <param name="now">The clock.</param>
    /// <param name="mostRows">How many rows and findings are kept, the worst.</param>
    public DeploymentHealth Evaluate(
        Assignment assignment, IReadOnlyList<Refusal> refused, ClusterSnapshot snapshot, DateTimeOffset now,
        int mostRows = Limits.SummaryRows)
    {
        var target = assignment.Target;
        if (assignment.Malformed is { } reason)
            return DeploymentHealth.Malformed(target.Id, target.Name, reason, target.SubmittedAt, now);
        var context = new RuleContext(snapshot, now, target.SubmittedAt, _oomWindow) { RemembersNothing = RemembersNothing };
        var attribution = Attribution.Of(target, snapshot);
        var pods = attribution.Pods.ToDictionary(p => p.Id, p => PodRule.Evaluate(p, context));
        var faulty = pods.Where(p => p.Value.Any(f => f.IsFaultAt(now))).Select(p => p.Key).ToHashSet();
        foreach (var id in faulty)
            pods[id] = [.. pods[id].Where(f => !ConditionWord.IsGeneric(f.Condition))];

        var judged = attribution.Resources.Select(r => (Resource: r, Verdict: Judge(r, context))).ToList();
        if (judged.Exists(j => !IsForbidden(j.Verdict)))
            judged = [.. judged.Select(j => (j.Resource, LeaveOutForbidden(j.Verdict)))];
        var isRollingOut = judged.Exists(j => j.Verdict.Findings.Any(f => f.Condition == ConditionWord.Progressing));
        judged = [.. judged.Select(j => (j.Resource, DropProgressing(j.Verdict, j.Resource, faulty, now)))];
        judged = [.. judged.Select(j => (j.Resource, RefusalRule.Evaluate(j.Resource, j.Verdict, refused)))];
        var hidden = RefusalRule.OfOthers(judged.Select(j => j.Resource.Manifest), refused);

        var resourceIds = judged.Select(j => j.Resource.Id).ToHashSet();
        var rows = judged.Select(j => Row(j.Resource, j.Verdict, pods, now))
            .Concat(attribution.Pods.Where(p => pods[p.Id].Count > 0 && !resourceIds.Contains(p.Id))
            .Select(p => PodRow(p, pods[p.Id], now)));
        var findings = hidden.Concat(judged.SelectMany(j => j.Verdict.Findings)).Concat(pods.Values.SelectMany(f => f));
        return DeploymentHealth.Of(target.Id, now, Count(judged.Select(j => j.Resource)), rows, findings, mostRows) with
        {
            IsRollingOut = isRollingOut,
        };
    }

    private Verdict Judge(AttributedResource resource, RuleContext context)
    {
        var (rule, snapshot) = (Kinds.For(resource.Id), context.Snapshot);
        var unreadable = AbsentRule.UnreadablePods(resource.Id, rule, snapshot);
        if (resource.Found is not { } found || AbsentRule.IsUnavailable(resource.Id, snapshot))
        {
            var absent = AbsentRule.Evaluate(resource, rule, context);
            return absent with { Findings = [.. absent.Findings, .. unreadable] };
        }

        var verdict = ResourceRule.Evaluate(resource, found, rule, AbsentRule.ArePodsKnown(rule, snapshot), context);
        return verdict with { Findings = [.. verdict.Findings, .. unreadable, .. OfClaims(resource, context)] };
    }

    /// <summary>What is wrong with the claims that a resource's pods mount.</summary>
    private static IEnumerable<Finding> OfClaims(AttributedResource resource, RuleContext context) =>
        resource.Owned.OfType<ProjectedObject>()
        .Where(o => o is { Kind: "PersistentVolumeClaim", Metadata.DeletionTimestamp: null })
        .SelectMany(claim => ClaimRule.Evaluate(claim, context).Findings);

    /// <summary>Whether nothing is known of a resource because the agent has no right to read it.</summary>
    private static bool IsForbidden(Verdict verdict) =>
        verdict.Findings.Count > 0 && verdict.Findings.All(f => f.Condition == ConditionWord.Forbidden);

    private static Verdict LeaveOutForbidden(Verdict verdict) => IsForbidden(verdict)
        ? verdict with
        {
            Findings =
        [.. verdict.Findings.Select(f => f.Object.Name.Length > 0 ? f with { Severity = Severity.LeftOut } : f)]
        }
        : verdict;

    /// <summary>That a workload is on its way is no news where it, or one of its pods, says what is wrong.</summary>
    private static Verdict DropProgressing(Verdict verdict, AttributedResource resource, HashSet<ResourceId> faultyPods,
        DateTimeOffset now) =>
        verdict.Findings.Any(f => f.IsFaultAt(now)) || resource.Pods.Any(p => faultyPods.Contains(p.Id))
            ? verdict with { Findings = [.. verdict.Findings.Where(f => f.Condition != ConditionWord.Progressing)] }
            : verdict;

    private static ResourceRow Row(AttributedResource resource, Verdict verdict, Dictionary<ResourceId, IReadOnlyList<Finding>> pods,
        DateTimeOffset now)
    {
        var status = verdict.Findings.Concat(resource.Pods.SelectMany(p => pods[p.Id])).Select(f => f.RowAt(now)).Append(verdict.Row).Max();
        var apiVersion = resource.Found is { ApiVersion.Length: > 0 } found ? found.ApiVersion : resource.Manifest.ApiVersion;
        return new(resource.Id, apiVersion, status, verdict.Message);
    }

    private static ResourceRow PodRow(Pod pod, IReadOnlyList<Finding> findings, DateTimeOffset now)
    {
        var worst = findings.OrderByDescending(f => f.RowAt(now))
            .ThenBy(f => f.Container, StringComparer.Ordinal)
            .ThenBy(f => f.Condition, StringComparer.Ordinal)
            .First();
        var message = worst.Message.Length > 0 ? $"{worst.Condition}: {worst.Message}" : worst.Condition;
        return new(pod.Id, pod.ApiVersion.Length > 0 ? pod.ApiVersion : "v1", findings.Max(f => f.RowAt(now)), message);
    }

    /// <summary>
    /// Sums over the resources the larger of the expected and the live pods; a resource that another one owns is counted there.
    /// </summary>
    private PodCount Count(IEnumerable<AttributedResource> resources)
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

    private int Expected(AttributedResource resource) => resource.Found switch
    {
        null => resource.Id is { Group: "", Kind: "Pod" } ? 1 : 0,
        { Metadata.DeletionTimestamp: not null } => 0,
        var found => Kinds.For(found.Id).ExpectedPods?.Invoke(found) ?? 0,
    };
}
